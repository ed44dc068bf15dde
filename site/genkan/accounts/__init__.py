"""What happens here? One module for each thing that a person does; no SQL, no HTTP."""
