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

/** The user signed in with Microsoft Entra ID, and their tokens. Loaded only if Entra is configured. */
export class Entra {
  private constructor(
    private readonly client: IPublicClientApplication,
    private readonly scopes: string[],
    private account: AccountInfo | null,
  ) {}

  /** Read the response of the sign-in page if there is one, otherwise restore the previous sign-in. */
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

  /** A token for the API, renewed if it has expired; null if the user must sign in again. */
  async token(): Promise<string | null> {
    if (this.account === null) return null;
    try {
      const answer = await this.client.acquireTokenSilent({
        scopes: this.scopes,
        account: this.account,
        // Not in a hidden frame, which the page's Content-Security-Policy blocks.
        cacheLookupPolicy: CacheLookupPolicy.AccessTokenAndRefreshToken,
      });
      return answer.accessToken;
    } catch (error) {
      if (error instanceof BrowserAuthError && NO_NETWORK.includes(error.errorCode)) throw new Unreachable();
      return null;
    }
  }

  /** Open Microsoft's sign-in page, which redirects back to the current route. */
  async signIn(): Promise<void> {
    await this.client.loginRedirect({ scopes: this.scopes });
  }

  /** Sign out of the dashboard only; the Microsoft session stays. */
  async forget(): Promise<void> {
    const account = this.account;
    this.account = null;
    if (account !== null) await this.client.clearCache({ account });
  }
}

const NO_NETWORK = ['no_network_connectivity', 'post_request_failed', 'get_request_failed'];
