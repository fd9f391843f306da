import { createApi, type Api } from '../api/calls';
import { createClient, type Credentials } from '../api/client';
import type { Config } from '../api/types';
import { keepKey } from './key';

/** Who is signed in, to what, and whether it answers. */
export class Session implements Credentials {
  key = $state<string | null>(null);
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

  async signIn(key: string): Promise<void> {
    this.key = key;
    this.config = await this.api.config();
    keepKey(this.store, key);
    this.asking = false;
    this.refusedBefore = false;
    this.epoch += 1;
  }

  signOut(): void {
    keepKey(this.store, null);
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

  async loadConfig(): Promise<void> {
    this.config = await this.api.config();
  }

  private noteReach(reached: boolean): void {
    this.reached = reached;
    if (reached) this.lastReachedAt = new Date();
  }
}
