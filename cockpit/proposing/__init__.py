"""What a company's own files hold, and the charter that is proposed for them: `cockpit init --from`."""
