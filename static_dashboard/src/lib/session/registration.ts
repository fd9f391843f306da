/** The Microsoft Entra ID settings in the response of `GET sign-in`. */
export interface EntraFacts {
  issuer: string;
  clientId: string;
  audience: string | null;
}

interface SignInView {
  methods: readonly string[];
  issuer: string | null;
  client_id: string | null;
  audience: string | null;
}

/** The Entra registration of the service; null if Entra isn't configured. */
export function entraFacts({ methods, issuer, client_id, audience }: SignInView): EntraFacts | null {
  if (!methods.includes('entra') || issuer === null || client_id === null) return null;
  return { issuer, clientId: client_id, audience };
}

export interface Registration {
  clientId: string;
  authority: string;
  redirectUri: string;
  scopes: string[];
}

/** The client settings: the authority is the issuer without its version; the redirect page is beside `page`. */
export function registration({ issuer, clientId, audience }: EntraFacts, page: string): Registration {
  const resource = audience?.includes('://') ? audience : `api://${audience ?? clientId}`;
  return {
    clientId,
    authority: issuer.replace(/\/v2\.0\/?$/, '').replace(/\/$/, ''),
    redirectUri: new URL('redirect.html', page).href,
    scopes: [`${resource.replace(/\/$/, '')}/use`],
  };
}
