"""What failed, when it fails: a run that is stopped from outside has said so."""

import pytest


class AtOnce:
    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self._reporter = reporter

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._reporter.ensure_newline()
            self._reporter.write_line(f"{report.nodeid} failed ({report.when}):\n{report.longreprtext}")


@pytest.hookimpl(trylast=True)  # after the reporter is there
def pytest_configure(config: pytest.Config) -> None:
    """Where several processes run the tests; of one alone the end is not far."""
    if getattr(config.option, "numprocesses", None):
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        assert reporter is not None
        config.pluginmanager.register(AtOnce(reporter), "at once")
