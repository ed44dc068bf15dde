"""Which pages are there? One line each; app.py makes routes of them."""

from typing import Final

from genkan.pages import (
    account,
    account_email,
    account_language,
    account_name,
    account_password,
    account_username,
    activity,
    confirm,
    data,
    delete,
    devices,
    health,
    home,
    login,
    logout,
    oauth_callback,
    oauth_finish,
    oauth_start,
    refused,
    reset,
    reset_new,
    reset_sent,
    security,
    signup,
    stay,
    threshold,
    undo,
    unlink,
    verify,
    verify_link,
    well_known,
)

# The most asked for first: routes are tried in this order.
PAGES: Final = (
    account,
    login,
    home,
    signup,
    security,
    account_name,
    account_username,
    account_email,
    account_password,
    account_language,
    confirm,
    unlink,
    devices,
    activity,
    data,
    delete,
    stay,
    undo,
    oauth_finish,
    oauth_callback,
    oauth_start,
    refused,
    logout,
    health,
    well_known,
)

# Where mails have nowhere to go, these are not there.
PAGES_WITH_MAIL: Final = (verify, verify_link, threshold, reset, reset_sent)

# Its /reset/{link} would take the addresses of those before. The team hands links over without mails, too.
PAGES_AFTER: Final = (reset_new,)
