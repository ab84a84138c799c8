// Made once with openssl, to be good until 2125. The keys protect nothing.
const pem = (kind: string, base64: string) =>
  `-----BEGIN ${kind}-----\n${base64.match(/.{1,64}/g)?.join('\n')}\n-----END ${kind}-----\n`;
const certificate = (base64: string) => pem('CERTIFICATE', base64);
const key = (base64: string) => pem('PRIVATE KEY', base64);

/** An authority of the tests. */
export const authority = certificate(
  'MIIBnDCCAUOgAwIBAgIUEtGMnJarGJbwYdF4zB3GV+3mt6cwCgYIKoZIzj0EAwIwIzEhMB8GA1UEAwwYU2t5Rm94IHRlc3Qg' +
    'YXV0aG9yaXR5IGNhMCAXDTI2MTEzMDExMTgxN1oYDzIxMjUwNjI0MTExODE3WjAjMSEwHwYDVQQDDBhTa3lGb3ggdGVzdCBh' +
    'dXRob3JpdHkgY2EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATWWDAQXVqkqH8IxPH8tU6Ndn9x17WuZr8b+F6CoPPm1c5l' +
    'X0clnlR+al7tinmXjTO6CFVh7v6GvwtlDFhwVgjmo1MwUTAdBgNVHQ4EFgQUbHC0vQR4s8+3ccDo44FbrkKjs0YwHwYDVR0j' +
    'BBgwFoAUbHC0vQR4s8+3ccDo44FbrkKjs0YwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiB1OIOyWP6JIELb' +
    'pGlvZ4+TDshB8MWxea1s0hQ9ANeefQIgYbjmYaG/tbzlnQmk7mu/1K5M25DFuZv8uhoSDjDPIQo=',
);

/** Another one, which has signed nothing. */
export const otherAuthority = certificate(
  'MIIBpDCCAUmgAwIBAgIUCVROk1nNpw4c+672Z5M8nROS4QMwCgYIKoZIzj0EAwIwJjEkMCIGA1UEAwwbU2t5Rm94IHRlc3Qg' +
    'YXV0aG9yaXR5IG90aGVyMCAXDTI2MTEzMDExMTgxN1oYDzIxMjUwNjI0MTExODE3WjAmMSQwIgYDVQQDDBtTa3lGb3ggdGVz' +
    'dCBhdXRob3JpdHkgb3RoZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT+zIDj/WoYIvoDOhBESIkirVPlBpdAOVVKgVpW' +
    'CM7mfYmZEXHTx4ebwMBBDG7o6wi24t2oTF0d6Qq03XCr8M1Oo1MwUTAdBgNVHQ4EFgQUenpawdiSdFmpfkDmIqHEWOQkwYkw' +
    'HwYDVR0jBBgwFoAUenpawdiSdFmpfkDmIqHEWOQkwYkwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA8BYV' +
    '6JxF+Vv9ygay7etK51ahVvZEMrVSyOavWFs3sLwCIQCBJ+Ur2mnQ1aboKS9prJ4heE4cKFMMiseR2T0QJpSmYQ==',
);

/** Of a server at localhost and 127.0.0.1, signed by the authority. */
export const here = {
  cert: certificate(
    'MIIBmDCCAT+gAwIBAgIUFPsfya4+ow8Rvbs2hjrRMeGnSgYwCgYIKoZIzj0EAwIwIzEhMB8GA1UEAwwYU2t5Rm94IHRlc3Qg' +
      'YXV0aG9yaXR5IGNhMCAXDTI2MTEzMDExMTgxN1oYDzIxMjUwNjI0MTExODE3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTAT' +
      'BgcqhkjOPQIBBggqhkjOPQMBBwNCAARz+8yQ1xxjQxHRZgAVtm6JwY86P9aXAOD1vOjzmeb4mO7qUQnvlMBYs4FXdZjNWrZR' +
      'MqpCmdzv9Aor1K2AXMj3o14wXDAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwHQYDVR0OBBYEFJyHW1FDtjg/ToyP+gkh' +
      'ndvOO3RUMB8GA1UdIwQYMBaAFGxwtL0EeLPPt3HA6OOBW65Co7NGMAoGCCqGSM49BAMCA0cAMEQCIHxLOtE28VhU4EbDhPK/' +
      'dseyBQYEtHO9PQZX37y8HuQzAiB+XBTY/23rOAehb2FE4Utngz7zNLKd6NFABgt9ilU/ZA==',
  ),
  key: key(
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSvg03sL5/xZDcwWC2aSeJ0cggT+T3s01JCtpM/rl3AGhRANC' +
      'AARz+8yQ1xxjQxHRZgAVtm6JwY86P9aXAOD1vOjzmeb4mO7qUQnvlMBYs4FXdZjNWrZRMqpCmdzv9Aor1K2AXMj3',
  ),
};

/** Of a server at db.example, signed by the authority. */
export const elsewhere = {
  cert: certificate(
    'MIIBlTCCATugAwIBAgIUFPsfya4+ow8Rvbs2hjrRMeGnSgcwCgYIKoZIzj0EAwIwIzEhMB8GA1UEAwwYU2t5Rm94IHRlc3Qg' +
      'YXV0aG9yaXR5IGNhMCAXDTI2MTEzMDExMTgxN1oYDzIxMjUwNjI0MTExODE3WjAVMRMwEQYDVQQDDApkYi5leGFtcGxlMFkw' +
      'EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAECtUN9DClmkoWJDShANBsPQcB8QzJnJl6YYQGyk1EYC+XG9sh7HpNe5xU5qV3UTck' +
      'tXZ9XkHDsZ6wyH3DzFWk7KNZMFcwFQYDVR0RBA4wDIIKZGIuZXhhbXBsZTAdBgNVHQ4EFgQUDC01hXI4wNlkqecCZQWdwdgk' +
      '+00wHwYDVR0jBBgwFoAUbHC0vQR4s8+3ccDo44FbrkKjs0YwCgYIKoZIzj0EAwIDSAAwRQIgAuHY2aaRkOLK1bgAI8iWzXu/' +
      'NVVe70B9BErbQyOKhzkCIQCayjjoDIhu+mZAdjxMtE7j4VwwqPPbw+JBH36FXOYuNA==',
  ),
  key: key(
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVzG6sZH03+ZSfQl+vxUgVx6nvjVIbZjZwYxBBeOvis6hRANC' +
      'AAQK1Q30MKWaShYkNKEA0Gw9BwHxDMmcmXphhAbKTURgL5cb2yHsek17nFTmpXdRNyS1dn1eQcOxnrDIfcPMVaTs',
  ),
};

/** Of the role skyfox, signed by the authority. */
export const client = {
  cert: certificate(
    'MIIBjzCCATWgAwIBAgIUFPsfya4+ow8Rvbs2hjrRMeGnSggwCgYIKoZIzj0EAwIwIzEhMB8GA1UEAwwYU2t5Rm94IHRlc3Qg' +
      'YXV0aG9yaXR5IGNhMCAXDTI2MTEzMDExMTgxN1oYDzIxMjUwNjI0MTExODE3WjARMQ8wDQYDVQQDDAZza3lmb3gwWTATBgcq' +
      'hkjOPQIBBggqhkjOPQMBBwNCAARFsHpMLRCe00iIu7BIVIzHGcy6VH+8OdgD3JR6i34nJiRkhl5ai1Gzok0SG9fUYpr0FhXh' +
      'pOhkbzKo7VIwe+Nqo1cwVTATBgNVHSUEDDAKBggrBgEFBQcDAjAdBgNVHQ4EFgQUhtVtK5u0oJzhvD/ojAWnmfTKNycwHwYD' +
      'VR0jBBgwFoAUbHC0vQR4s8+3ccDo44FbrkKjs0YwCgYIKoZIzj0EAwIDSAAwRQIhAOrFv5MWmprpuloXbNdV+hTGzDSu0NxY' +
      'VBdZv/rmHtmWAiBctcHcxH1sVn7Gj6bbm60Cq7UGL6rIYgNk2XdUWDe0Jg==',
  ),
  key: key(
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsXbjHeAOxGv0LSPysZgA/DMJ9Wj5doZxP3jkMQdmtryhRANC' +
      'AARFsHpMLRCe00iIu7BIVIzHGcy6VH+8OdgD3JR6i34nJiRkhl5ai1Gzok0SG9fUYpr0FhXhpOhkbzKo7VIwe+Nq',
  ),
};
