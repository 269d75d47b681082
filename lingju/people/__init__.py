"""Who acts: accounts, organisations, memberships, offices held at nodes of the area tree, consents.

Nouns: account, sign-in code, organisation, membership, holding (an office held), consent text, consent.
Verbs: open and close an account, request and use a code, enter by password, set up and check a second
factor, grant and revoke an office, give, decline and withdraw a consent, keep organisations.
Facts: AccountOpened, AccountClosed, SignedIn, SecondFactorChanged, OfficeGranted, OfficeRevoked,
ConsentGiven, ConsentWithdrawn.
Floor: above places and the trail, below notify and every domain. It tells each request who acts.
"""
