import { describe, expect, it } from 'vitest';
import { entraFacts, registration } from '../../../src/lib/session/registration';

const VIEW = {
  methods: ['entra', 'key'],
  issuer: 'https://login.microsoftonline.com/0000-tenant/v2.0',
  client_id: '1111-client',
  audience: '1111-client',
};

describe('signing in by Microsoft Entra ID', () => {
  it('is offered only where the service says all that it takes', () => {
    expect(entraFacts(VIEW)).toEqual({ issuer: VIEW.issuer, clientId: '1111-client', audience: '1111-client' });
    expect(entraFacts({ ...VIEW, methods: ['key'] })).toBeNull();
    expect(entraFacts({ ...VIEW, client_id: null })).toBeNull();
  });

  it('asks the issuer’s authority for the API’s own scope, and comes back to the page beside this one', () => {
    expect(
      registration(
        { issuer: VIEW.issuer, clientId: '1111-client', audience: '1111-client' },
        'https://d.example/#/create',
      ),
    ).toEqual({
      clientId: '1111-client',
      authority: 'https://login.microsoftonline.com/0000-tenant',
      redirectUri: 'https://d.example/redirect.html',
      scopes: ['api://1111-client/use'],
    });
  });

  it('takes an audience that is an address as it is', () => {
    const { scopes } = registration(
      { issuer: VIEW.issuer, clientId: 'c', audience: 'api://images/' },
      'https://d.example/app/',
    );

    expect(scopes).toEqual(['api://images/use']);
  });
});
