import {
  BrowserAuthError,
  BrowserCacheLocation,
  CacheLookupPolicy,
  createStandardPublicClientApplication,
  type AccountInfo,
  type IPublicClientApplication,
} from '@azure/msal-browser';
import { Unreachable } from '../api/errors';
import { registration, type EntraFacts } from './registration';

/** Who is signed in by Microsoft Entra ID, and their tokens.  Loaded only where it is configured. */
export class Entra {
  private constructor(
    private readonly client: IPublicClientApplication,
    private readonly scopes: string[],
    private account: AccountInfo | null,
  ) {}

  /** Takes in the answer that the sign-in page left, if there is one, else whoever was signed in before. */
  static async open(facts: EntraFacts, page: string): Promise<Entra> {
    const { clientId, authority, redirectUri, scopes } = registration(facts, page);
    const client = await createStandardPublicClientApplication({
      auth: { clientId, authority, redirectUri, postLogoutRedirectUri: redirectUri },
      cache: { cacheLocation: BrowserCacheLocation.LocalStorage },
    });
    const answer = await client.handleRedirectPromise();
    return new Entra(client, scopes, answer?.account ?? client.getAllAccounts()[0] ?? null);
  }

  get signedIn(): boolean {
    return this.account !== null;
  }

  /** A token for the API, renewed where it has to be; null when the person has to sign in again. */
  async token(): Promise<string | null> {
    if (this.account === null) return null;
    try {
      const answer = await this.client.acquireTokenSilent({
        scopes: this.scopes,
        account: this.account,
        // Not by a hidden frame, which the page's own policy forbids.
        cacheLookupPolicy: CacheLookupPolicy.AccessTokenAndRefreshToken,
      });
      return answer.accessToken;
    } catch (error) {
      if (error instanceof BrowserAuthError && NO_NETWORK.includes(error.errorCode)) throw new Unreachable();
      return null;
    }
  }

  /** Leaves the page for Microsoft's; it comes back to where it was. */
  async signIn(): Promise<void> {
    await this.client.loginRedirect({ scopes: this.scopes });
  }

  /** Forgets the person here; their session at Microsoft is their own. */
  async forget(): Promise<void> {
    const account = this.account;
    this.account = null;
    if (account !== null) await this.client.clearCache({ account });
  }
}

const NO_NETWORK = ['no_network_connectivity', 'post_request_failed', 'get_request_failed'];
