import { createApi, type Api } from '../api/calls';
import { createClient, type Credentials } from '../api/client';
import type { Config } from '../api/types';
import { m } from '../messages';
import type { Entra } from './entra';
import { keepEntra, keepKey } from './key';
import { entraFacts, type EntraFacts } from './registration';

/** Who is signed in, to what, and whether it answers. */
export class Session implements Credentials {
  /** The API key, or the latest token of who is signed in by Microsoft Entra ID; null: nobody is. */
  key = $state<string | null>(null);
  private entra: Entra | null = null;
  private loading: Promise<Config> | null = null;
  private askedAt = 0;
  /** A key is needed: none is known, or the last one was refused. */
  asking = $state(false);
  refusedBefore = $state(false);
  config = $state.raw<Config | null>(null);
  /** False from a request that nothing answered until the next that something did. */
  reached = $state(true);
  lastReachedAt = $state<Date | null>(null);
  /** Counts sign-ins; whatever failed for want of a key loads again when it changes. */
  epoch = $state(0);
  readonly api: Api;

  constructor(
    base: string,
    key: string | null,
    private readonly store: Storage,
  ) {
    this.key = key;
    this.asking = key === null;
    this.api = createApi(createClient(base, this, (reached) => this.noteReach(reached)));
  }

  get mayEdit(): boolean {
    return this.config?.role !== 'reader';
  }

  /** By what somebody is signed in. */
  get how(): 'key' | 'entra' {
    return this.entra === null ? 'key' : 'entra';
  }

  async bearer(): Promise<string | null> {
    if (this.entra === null) return this.key;
    const token = await this.entra.token();
    if (token === null) {
      // The old one stays, and with it the page behind the question.
      this.refusedBefore = true;
      this.asking = true;
    } else if (token !== this.key) this.key = token;
    return token;
  }

  /** How one may sign in here; a service that does not say so takes keys. */
  async methods(): Promise<{ key: boolean; entra: EntraFacts | null }> {
    const view = await this.api.signIn();
    return { key: view.methods.includes('key'), entra: entraFacts(view) };
  }

  /** Goes to Microsoft's page, which leads back to this one. */
  async signInByEntra(facts: EntraFacts): Promise<void> {
    const { Entra } = await import('./entra');
    const entra = await Entra.open(facts, document.baseURI);
    keepEntra(this.store, true);
    await entra.signIn();
  }

  /** Takes up a sign-in by Entra that was begun or kept here; asks when it came to nothing. */
  async resumeEntra(): Promise<void> {
    try {
      const { entra: facts } = await this.methods();
      if (facts === null) throw new TypeError(m.session_microsoft_entra_sign_no());
      const { Entra } = await import('./entra');
      const entra = await Entra.open(facts, document.baseURI);
      const token = await entra.token();
      if (token === null) throw new TypeError(m.session_youre_not_signed_in());
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
    this.config = await this.api.config();
    keepKey(this.store, key);
    this.asking = false;
    this.refusedBefore = false;
    this.epoch += 1;
  }

  signOut(): void {
    keepKey(this.store, null);
    keepEntra(this.store, false);
    void this.entra?.forget();
    this.entra = null;
    this.key = null;
    this.config = null;
    this.refusedBefore = false;
    this.asking = true;
  }

  refused(key: string | null): void {
    // A late answer to an old key says nothing about the new one.
    if (key !== this.key) return;
    this.refusedBefore = key !== null;
    this.asking = true;
  }

  /**
   * Asks what the service is like, unless that is known since less than `withinMs`; who asks while somebody else does
   * waits for the same answer.
   */
  async loadConfig(withinMs = 0): Promise<void> {
    if (this.config !== null && Date.now() - this.askedAt < withinMs) return;
    this.askedAt = this.loading === null ? Date.now() : this.askedAt;
    this.loading ??= this.api.config().finally(() => (this.loading = null));
    this.config = await this.loading;
  }

  private noteReach(reached: boolean): void {
    this.reached = reached;
    if (reached) this.lastReachedAt = new Date();
  }
}
