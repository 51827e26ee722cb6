/**
 * A certificate for `localhost` and the authority that signed it, for tests only. Valid for a hundred
 * years; the authority's key was thrown away.
 *
 * @module
 */

/** The authority's certificate, PEM. */
export const testAuthority = `-----BEGIN CERTIFICATE-----
MIIBlzCCAT2gAwIBAgIULY3C5eSojA7/UxpG10ScCzUdxcYwCgYIKoZIzj0EAwIw
IDEeMBwGA1UEAwwVaGVsaW9zZGItbmFubyB0ZXN0IENBMCAXDTI2MTEyMzE2NDUw
MFoYDzIxMjYxMDMwMTY0NTAwWjAgMR4wHAYDVQQDDBVoZWxpb3NkYi1uYW5vIHRl
c3QgQ0EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARsGLeWbqK2IloPEsA5xd0h
Hh4c1wIimyUGqe8IWMzaqRSJ+MDh7TA+yTBIdq+SRv+LzL9b4cWrvbvaGCvOcV6b
o1MwUTAdBgNVHQ4EFgQUjGyMhvJ5pf7Bg6WCT7vFiI0hOpMwHwYDVR0jBBgwFoAU
jGyMhvJ5pf7Bg6WCT7vFiI0hOpMwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQD
AgNIADBFAiB5LT6mdYU3HplauH7VKq4VTnwfTH7hPCmNL6VPAv32agIhAKem4Nas
3BJ+9471+5n9sXb3Z+LPUbDh+y6+91DX1g55
-----END CERTIFICATE-----
`;

/** The certificate, PEM. */
export const testCert = `-----BEGIN CERTIFICATE-----
MIIBoTCCAUegAwIBAgIUfTzk/zO8tX4GyjhUimmgClY3kecwCgYIKoZIzj0EAwIw
IDEeMBwGA1UEAwwVaGVsaW9zZGItbmFubyB0ZXN0IENBMCAXDTI2MTEyMzE2NDUw
MFoYDzIxMjYxMDMwMTY0NTAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAQjB8z9/NUffaQlgyiq3NsHZxzDu9wcJJ7fKdmJ
UwniDqKlPdzMIBtERs2btMnytI7GGyIIcgyjb0xXLFnCR/M5o2kwZzAaBgNVHREE
EzARgglsb2NhbGhvc3SHBH8AAAEwCQYDVR0TBAIwADAdBgNVHQ4EFgQU0O1jjW2y
qvD4EXLeueKYxcbJYKgwHwYDVR0jBBgwFoAUjGyMhvJ5pf7Bg6WCT7vFiI0hOpMw
CgYIKoZIzj0EAwIDSAAwRQIhAI4o+fueeOsuzHvWGGktJYxSztWEzoHaRBjlnnKu
UbsjAiBDLgJCSgEec/ch37lyOIVLZXxTjtOpeqQP6dAJ0bwAuQ==
-----END CERTIFICATE-----
`;

/** Its private key, PEM; worth nothing, for nobody trusts the authority. */
export const testKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg249Hw4QFhP+girx/
gpLIlzF//iNOcK6JpxVSASgcTdqhRANCAAQjB8z9/NUffaQlgyiq3NsHZxzDu9wc
JJ7fKdmJUwniDqKlPdzMIBtERs2btMnytI7GGyIIcgyjb0xXLFnCR/M5
-----END PRIVATE KEY-----
`;
