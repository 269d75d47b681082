"""Who acts: accounts, organisations, memberships, offices held, consent."""
