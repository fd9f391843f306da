import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Changes, Job, LibraryImage, ImagePatch, Schedule } from '../api/types';
import { ApiError } from '../api/errors';
import type { Session } from '../session/session.svelte';
import { ImageList } from './list.svelte';
import { byTurn, isOpen, usual } from '../text/jobs';
import { nextPollMs } from './poll';
import { reuseUrls } from './urls';
import { ImageLoader } from './imageLoader';

const LISTS = 6; // lists that are remembered, with their places
const KNOWN = 600; // pictures that are remembered outside them

/** What the dashboard knows of the library, kept up by the one poll of `GET changes`. */
export class Library {
  /** Jobs by id: the open ones, and those that ended since the page was opened. */
  readonly jobs = new SvelteMap<string, Job>();
  readonly schedules = new SvelteMap<string, Schedule>();
  schedulesLoaded = $state(false);
  openJobs = $state(0);
  /** Whether the first poll was answered: the jobs at work are known. */
  polled = $state(false);
  /** Counts changes to pictures, for those who show numbers about them. */
  version = $state(0);
  /** Pictures by id, where something shows them outside a list. */
  readonly known = new SvelteMap<string, LibraryImage>();
  /** The last picture of each schedule that somebody wanted it of; null where there is none. */
  readonly latest = new SvelteMap<string, LibraryImage | null>();
  /** Pictures that came while somebody looked; they develop once. */
  readonly arrived = new SvelteSet<string>();
  private readonly lists = new Map<string, ImageList>();
  private token: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private polling = false;
  private pollAgain = false;
  private misses = 0;
  private running = false;
  private readonly imageLoader: ImageLoader;
  private loading: Promise<{ items: Schedule[] }> | null = null;
  private readonly saving = new Map<string, Promise<LibraryImage>>();
  private readonly held = new Map<string, number>();
  private readonly watched = new Map<string, (job: Job) => void>();

  constructor(private readonly session: Session) {
    this.imageLoader = new ImageLoader(session.api, (picture) => this.known.set(picture.id, picture));
  }

  readonly open = $derived.by(() => [...this.jobs.values()].filter(isOpen).sort(byTurn));

  /** Seconds that a picture usually takes, as far as the pictures that are here tell. */
  get usualS(): number | null {
    return usual(this.lists.get('q:')?.head(9) ?? []);
  }

  /** The list of a query; it stays the same object while it is among the last few asked for. */
  list(q: string, trash = false): ImageList {
    const name = trash ? 'trash' : `q:${q}`;
    let list = this.lists.get(name);
    if (list === undefined) {
      list = new ImageList(this.session.api, q, trash, (ids) => this.greet(ids));
    } else {
      this.lists.delete(name);
    }
    this.lists.set(name, list);
    for (const old of [...this.lists.keys()].slice(0, -LISTS)) if (old !== 'q:') this.lists.delete(old);
    return list;
  }

  /** How many pictures each day has: the whole library's list then knows every place. */
  async loadTimeline(): Promise<void> {
    const { days, timezone } = await this.session.api.timeline();
    this.list('').setCounts(days, timezone);
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    document.addEventListener('visibilitychange', this.wake);
    window.addEventListener('online', this.wake);
    void this.poll();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    document.removeEventListener('visibilitychange', this.wake);
    window.removeEventListener('online', this.wake);
  }

  /** Polls now: something was just asked for. */
  pollNow(): void {
    if (this.polling) this.pollAgain = true;
    else void this.poll();
  }

  private readonly wake = (): void => {
    if (!document.hidden) this.pollNow();
  };

  private async poll(): Promise<void> {
    if (!this.running || this.polling) return;
    clearTimeout(this.timer);
    this.polling = true;
    try {
      if (!this.session.asking) {
        const changes = await this.session.api.changes(this.token);
        if (changes !== undefined) this.take(changes);
        this.misses = 0;
      }
    } catch (error) {
      // A token that the service no longer knows starts afresh.
      if (error instanceof ApiError && error.status === 400) this.token = undefined;
      this.misses += 1;
    } finally {
      this.polling = false;
    }
    const wait = this.pollAgain
      ? 0
      : nextPollMs({ hidden: document.hidden, openJobs: this.openJobs, misses: this.misses });
    this.pollAgain = false;
    if (this.running && wait !== null) this.timer = setTimeout(() => void this.poll(), wait);
  }

  private take(changes: Changes): void {
    this.token = changes.token;
    this.openJobs = changes.open_jobs;
    this.polled = true;
    for (const job of changes.jobs) this.noteEnd(job);
    // What a job deleted for good is told by nobody.
    if (changes.jobs.some((job) => job.kind === 'bulk' && !isOpen(job))) this.reloadTrash();
    for (const schedule of changes.schedules) this.noteSchedule(schedule);
    this.noteImages(changes.images);
  }

  noteJob(job: Job): void {
    this.noteEnd(job);
    this.pollNow();
  }

  /** Calls back once a job has ended, however it did. */
  whenEnded(id: string, then: (job: Job) => void): void {
    this.watched.set(id, then);
  }

  private noteEnd(job: Job): void {
    this.jobs.set(job.id, job);
    const then = isOpen(job) ? undefined : this.watched.get(job.id);
    this.watched.delete(then === undefined ? '' : job.id);
    then?.(job);
  }

  noteSchedule(schedule: Schedule): void {
    if (schedule.deleted_at === null) this.schedules.set(schedule.id, schedule);
    else this.schedules.delete(schedule.id);
  }

  noteImages(pictures: readonly LibraryImage[]): void {
    if (pictures.length === 0) return;
    this.version += 1;
    const now = Date.now();
    // What is just being changed here is shown as changed; its own answer is on the way.
    pictures = pictures.filter(({ id }) => !this.saving.has(id) && !this.held.has(id));
    for (const picture of pictures) this.known.set(picture.id, reuseUrls(this.known.get(picture.id), picture, now));
    for (const id of [...this.known.keys()].slice(0, -KNOWN)) this.known.delete(id);
    pictures.forEach((picture) => this.noteLatest(picture));
    for (const list of this.lists.values()) list.notice(pictures);
  }

  /** Sees to it that a schedule's last picture gets known. */
  loadLatest(scheduleId: string): void {
    if (this.latest.has(scheduleId)) return;
    this.latest.set(scheduleId, null);
    this.session.api.images({ q: `schedule:"${scheduleId}"`, limit: 1 }).then(
      ({ items }) => this.latest.set(scheduleId, items[0] ?? null),
      () => this.latest.delete(scheduleId), // asked again when somebody wants it again
    );
  }

  private noteLatest(picture: LibraryImage): void {
    const { schedule_id: schedule, id, deleted_at } = picture;
    const known = schedule === null ? undefined : this.latest.get(schedule);
    if (schedule === null || known === undefined) return;
    if (deleted_at === null && (known === null || id >= known.id)) this.latest.set(schedule, picture);
    else if (deleted_at !== null && known?.id === id) this.latest.delete(schedule);
  }

  /** Sees to it that a picture gets known, unless it is already. */
  loadImage(id: string): void {
    if (!this.known.has(id)) this.imageLoader.load(id);
  }

  /** Who asks while that is under way waits for the same answer. */
  async loadSchedules(): Promise<void> {
    this.loading ??= this.session.api.schedules().finally(() => (this.loading = null));
    const { items } = await this.loading;
    this.schedules.clear();
    for (const schedule of items) this.noteSchedule(schedule);
    this.schedulesLoaded = true;
  }

  /** Changes a picture at once and tells the service; what it refuses is taken back. */
  async change(picture: LibraryImage, patch: ImagePatch): Promise<LibraryImage> {
    const { id } = picture;
    this.show({ ...picture, ...optimistic(picture, patch) });
    // One after the other, each with the version that the one before left.
    const before = this.saving.get(id) ?? Promise.resolve(picture);
    const saving = before.catch(() => picture).then((latest) => this.save(latest, patch));
    this.saving.set(id, saving);
    try {
      const saved = await saving;
      if (this.saving.get(id) === saving) this.show(saved);
      return saved;
    } catch (error) {
      if (this.saving.get(id) === saving) this.show(await before.catch(() => picture));
      throw error;
    } finally {
      if (this.saving.get(id) === saving) this.saving.delete(id);
    }
  }

  private async save(latest: LibraryImage, patch: ImagePatch): Promise<LibraryImage> {
    const api = this.session.api;
    try {
      return await api.patchImage(latest.id, latest.etag, patch);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412) throw error;
      // Somebody else saved meanwhile.  The patch sets values outright, so it goes onto the newer version.
      const newer = await api.image(latest.id);
      return await api.patchImage(latest.id, newer.etag, patch);
    }
  }

  /** While pictures are held, what the feed tells of them waits: their change is on its way. */
  hold(ids: readonly string[]): () => void {
    for (const id of ids) this.held.set(id, (this.held.get(id) ?? 0) + 1);
    return () => {
      for (const id of ids) {
        const left = (this.held.get(id) ?? 1) - 1;
        if (left === 0) this.held.delete(id);
        else this.held.set(id, left);
      }
    };
  }

  /** Shows pictures as they are about to be, in every list that they belong to then. */
  showMany(pictures: readonly LibraryImage[]): void {
    if (pictures.length === 0) return;
    for (const picture of pictures) if (this.known.has(picture.id)) this.known.set(picture.id, picture);
    for (const list of this.lists.values()) list.notice(pictures);
    this.version += 1;
  }

  async trash(id: string): Promise<LibraryImage> {
    const picture = await this.session.api.trashImage(id);
    this.noteImages([picture]);
    return picture;
  }

  async restore(id: string): Promise<LibraryImage> {
    const picture = await this.session.api.restoreImage(id);
    this.noteImages([picture]);
    return picture;
  }

  private reloadTrash(): void {
    for (const list of this.lists.values()) if (list.trash && list.status !== 'new') void list.reload();
    this.version += 1;
  }

  /** Deleted for good: no list has them any more; or restored, and only the trash has them not. */
  forget(ids: readonly string[], { trashOnly = false } = {}): void {
    for (const list of this.lists.values()) {
      if (!trashOnly || list.trash) for (const id of ids) list.drop(id);
    }
    this.version += 1;
  }

  private show(picture: LibraryImage): LibraryImage {
    if (this.known.has(picture.id)) this.known.set(picture.id, picture);
    for (const list of this.lists.values()) list.update(picture);
    return picture;
  }

  private greet(ids: readonly string[]): void {
    for (const id of ids) this.arrived.add(id);
    setTimeout(() => ids.forEach((id) => this.arrived.delete(id)), 2_000);
  }
}

function optimistic(picture: LibraryImage, patch: ImagePatch): Partial<LibraryImage> {
  const { approved, ...rest } = patch;
  if (approved === undefined) return rest;
  return { ...rest, approved_at: approved ? (picture.approved_at ?? new Date().toISOString()) : null };
}
