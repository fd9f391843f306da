/** What `GET sign-in` tells about Microsoft Entra ID. */
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

/** The facts of a service that people sign in to by Entra; null where that is not set up. */
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

/** How the page asks: the authority is the issuer without its version, and the redirect page lies beside `page`. */
export function registration({ issuer, clientId, audience }: EntraFacts, page: string): Registration {
  const resource = audience?.includes('://') ? audience : `api://${audience ?? clientId}`;
  return {
    clientId,
    authority: issuer.replace(/\/v2\.0\/?$/, '').replace(/\/$/, ''),
    redirectUri: new URL('redirect.html', page).href,
    scopes: [`${resource.replace(/\/$/, '')}/use`],
  };
}
