import { createApi, type Api } from '../api/calls';
import { createClient, type Credentials } from '../api/client';
import type { Config } from '../api/types';
import { ApiError } from '../api/errors';
import { m } from '../messages';
import type { Entra } from './entra';
import { keepEntra, keepKey, keptKey, redeem, type SignInLink } from './key';
import { entraFacts, type EntraFacts } from './registration';

/** The signed-in user, the API they use, and whether it responds. */
export class Session implements Credentials {
  /** The API key, or the latest Microsoft Entra ID token; null if no user is signed in. */
  key = $state<string | null>(null);
  private entra: Entra | null = null;
  private loading: Promise<Config> | null = null;
  private askedAt = 0;
  private unproven: boolean;
  /** Whether a key must be entered: there is none, or the last one was rejected. */
  asking = $state(false);
  refusedBefore = $state(false);
  config = $state.raw<Config | null>(null);
  /** False after a request without a response, until the next response. */
  reached = $state(true);
  lastReachedAt = $state<Date | null>(null);
  /** Another key from a link, which works, and its configuration; used if the user confirms. */
  offered = $state.raw<{ key: string; config: Config } | null>(null);
  /** Whether the user is asked about the offered key. */
  offering = $state(false);
  /** Why the last link didn't sign in; empty if it did. */
  linkProblem = $state('');
  /** Number of sign-ins. When it changes, requests that failed without a key are sent again. */
  epoch = $state(0);
  readonly api: Api;

  constructor(
    private readonly base: string,
    key: string | null,
    private readonly store: Storage,
    /** Holds a key that hasn't worked yet, so that a reload doesn't lose it. */
    private readonly untried: Storage,
  ) {
    this.key = key;
    this.asking = key === null;
    this.unproven = key !== null && keptKey(store) === null;
    this.api = createApi(createClient(base, this, (reached) => this.noteReach(reached)));
  }

  get mayAdminister(): boolean {
    return this.config?.role === 'admin';
  }

  get mayEdit(): boolean {
    return this.config?.role !== 'reader';
  }

  /** The sign-in method in use. */
  get how(): 'key' | 'entra' {
    return this.entra === null ? 'key' : 'entra';
  }

  async bearer(): Promise<string | null> {
    if (this.entra === null) return this.key;
    const token = await this.entra.token();
    if (token === null) {
      // Keep the old key, so that the page behind the dialog stays.
      this.refusedBefore = true;
      this.asking = true;
    } else if (token !== this.key) this.key = token;
    return token;
  }

  /** The supported sign-in methods; API keys if the service lists none. */
  async methods(): Promise<{ key: boolean; entra: EntraFacts | null }> {
    const view = await this.api.signIn();
    return { key: view.methods.includes('key'), entra: entraFacts(view) };
  }

  /** Open Microsoft's sign-in page, which redirects back to this one. */
  async signInByEntra(facts: EntraFacts): Promise<void> {
    const { Entra } = await import('./entra');
    const entra = await Entra.open(facts, document.baseURI);
    keepEntra(this.store, true);
    await entra.signIn();
  }

  /** Complete or restore a sign-in with Entra; if that fails, show the sign-in dialog. */
  async resumeEntra(): Promise<void> {
    try {
      const { entra: facts } = await this.methods();
      if (facts === null) throw new TypeError(m.session_microsoft_entra_sign_no());
      const { Entra } = await import('./entra');
      const entra = await Entra.open(facts, document.baseURI);
      const token = await entra.token();
      if (token === null) throw new TypeError(m.session_not_signed_in());
      this.entra = entra;
      this.key = token;
      this.asking = false;
      this.epoch += 1;
    } catch {
      this.asking = true;
    }
  }

  async signIn(key: string): Promise<void> {
    this.entra = null;
    this.key = key;
    keepKey(this.untried, key);
    this.config = await this.api.config();
    this.keep(key);
    this.asking = false;
    this.refusedBefore = false;
    this.epoch += 1;
  }

  /**
   * Sign in with a link if nobody is signed in. Otherwise its key is tried without being stored, and offered if it
   * works; the current key stays.
   */
  async follow(link: SignInLink, page: string): Promise<void> {
    this.linkProblem = '';
    try {
      const key = link.key ?? (link.code === null ? null : await redeem(link.code, page));
      if (key === null) throw new ApiError(401, 'unauthorized', '', false);
      if (this.key !== null) await this.loadConfig().catch(() => {}); // finds out whether the current key works
      if (this.asking || this.key === null) await this.signIn(key);
      else if (key !== this.key) {
        this.offered = { key, config: await this.tried(key) };
        this.offering = true;
      }
    } catch (error) {
      const refused = error instanceof ApiError && error.status === 401;
      this.linkProblem = refused ? m.session_link_isnt_valid() : m.session_link_not_tried();
    }
  }

  /** Store the offered key; the page has to be reloaded. */
  acceptOffer(): void {
    if (this.offered === null) return;
    keepEntra(this.store, false);
    keepKey(this.store, this.offered.key);
  }

  /** The configuration for another key; throws an error if the key isn't valid. */
  private tried(key: string): Promise<Config> {
    const credentials = { bearer: () => Promise.resolve(key), refused: () => {} };
    return createApi(createClient(this.base, credentials, () => {})).config();
  }

  /** Store a key that has worked. */
  private keep(key: string | null): void {
    keepKey(this.store, key);
    keepKey(this.untried, null);
  }

  signOut(): void {
    this.keep(null);
    keepEntra(this.store, false);
    void this.entra?.forget();
    this.entra = null;
    this.key = null;
    this.config = null;
    this.refusedBefore = false;
    this.asking = true;
  }

  refused(key: string | null): void {
    // A late response to an old key says nothing about the new key.
    if (key !== this.key) return;
    keepKey(this.untried, null);
    this.refusedBefore = key !== null;
    this.asking = true;
  }

  /**
   * Load the service's configuration, unless it was loaded in the last `withinMs`. Concurrent calls share one
   * request.
   */
  async loadConfig(withinMs = 0): Promise<void> {
    if (this.config !== null && Date.now() - this.askedAt < withinMs) return;
    this.askedAt = this.loading === null ? Date.now() : this.askedAt;
    this.loading ??= this.api.config().finally(() => (this.loading = null));
    this.config = await this.loading;
    // A key from a link is stored once it has worked.
    if (this.unproven && this.entra === null) this.keep(this.key);
    this.unproven = false;
  }

  private noteReach(reached: boolean): void {
    this.reached = reached;
    if (reached) this.lastReachedAt = new Date();
  }
}
