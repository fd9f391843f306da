import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Changes, Job, LibraryImage, Schedule } from '../api/types';
import { ApiError } from '../api/errors';
import type { Session } from '../session/session.svelte';
import { ImageChanges } from './imageChanges';
import { ImageList } from './list.svelte';
import { byQueueOrder, isOpen, medianSeconds } from '../text/jobs';
import { nextPollMs } from './poll';
import { reuseUrls } from './urls';
import { ImageLoader } from './imageLoader';

const MAX_LISTS = 6; // lists in memory, with their scroll positions
const MAX_KNOWN = 600; // images in memory outside of lists

/** The dashboard's copy of the library, updated by one poll of `GET changes`. */
export class Library {
  /** Jobs by ID: open ones, and those that ended since the page was opened. */
  readonly jobs = new SvelteMap<string, Job>();
  readonly schedules = new SvelteMap<string, Schedule>();
  schedulesLoaded = $state(false);
  openJobs = $state(0);
  /** Whether the first poll has returned, so that open jobs are known. */
  polled = $state(false);
  /** Increases with each change to images, for components that show numbers about them. */
  version = $state(0);
  /** Images by ID, for components that show them outside of lists. */
  readonly known = new SvelteMap<string, LibraryImage>();
  /** The latest image of each requested schedule; null if there is none. */
  readonly latest = new SvelteMap<string, LibraryImage | null>();
  /** IDs of images that have just arrived; they fade in. */
  readonly arrived = new SvelteSet<string>();
  private readonly lists = new Map<string, ImageList>();
  private token: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private polling = false;
  private pollAgain = false;
  private failures = 0;
  private running = false;
  private readonly imageLoader: ImageLoader;
  private loading: Promise<{ items: Schedule[] }> | null = null;
  /** The one way to change images. */
  readonly changes: ImageChanges;
  private readonly watched = new Map<string, (job: Job) => void>();

  constructor(private readonly session: Session) {
    this.changes = new ImageChanges(session, (images) => this.show(images));
    this.imageLoader = new ImageLoader(session.api, (image) => this.known.set(image.id, image));
  }

  readonly open = $derived.by(() => [...this.jobs.values()].filter(isOpen).sort(byQueueOrder));

  /** The median generation time of the latest images in seconds; null without images. */
  get usualS(): number | null {
    return medianSeconds(this.lists.get('q:')?.head(9) ?? []);
  }

  /** The list of a query; the same object while it is among the most recently used. */
  list(q: string, trash = false): ImageList {
    const name = trash ? 'trash' : `q:${q}`;
    let list = this.lists.get(name);
    if (list === undefined) {
      list = new ImageList(this.session.api, q, trash, (ids) => this.markArrived(ids));
    } else {
      this.lists.delete(name);
    }
    this.lists.set(name, list);
    for (const old of [...this.lists.keys()].slice(0, -MAX_LISTS)) if (old !== 'q:') this.lists.delete(old);
    return list;
  }

  /** Load the number of images of each day, which gives every image of the library its index. */
  async loadTimeline(): Promise<void> {
    const { days, timezone } = await this.session.api.timeline();
    this.list('').setCounts(days, timezone);
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    document.addEventListener('visibilitychange', this.onvisible);
    window.addEventListener('online', this.onvisible);
    void this.poll();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    document.removeEventListener('visibilitychange', this.onvisible);
    window.removeEventListener('online', this.onvisible);
  }

  /** Poll now, because a change is expected. */
  pollNow(): void {
    if (this.polling) this.pollAgain = true;
    else void this.poll();
  }

  private readonly onvisible = (): void => {
    if (!document.hidden) this.pollNow();
  };

  private async poll(): Promise<void> {
    if (!this.running || this.polling) return;
    clearTimeout(this.timer);
    this.polling = true;
    try {
      if (!this.session.asking) {
        const changes = await this.session.api.changes(this.token);
        if (changes !== undefined) this.apply(changes);
        this.failures = 0;
      }
    } catch (error) {
      // The API no longer accepts this change token; the next poll starts without one.
      if (error instanceof ApiError && error.status === 400) this.token = undefined;
      this.failures += 1;
    } finally {
      this.polling = false;
    }
    const wait = this.pollAgain
      ? 0
      : nextPollMs({ hidden: document.hidden, openJobs: this.openJobs, failures: this.failures });
    this.pollAgain = false;
    if (this.running && wait !== null) this.timer = setTimeout(() => void this.poll(), wait);
  }

  private apply(changes: Changes): void {
    this.token = changes.token;
    this.openJobs = changes.open_jobs;
    this.polled = true;
    for (const job of changes.jobs) this.noteEnd(job);
    // The change feed doesn't report permanent deletions.
    if (changes.jobs.some((job) => job.kind === 'bulk' && !isOpen(job))) this.reloadTrash();
    for (const schedule of changes.schedules) this.noteSchedule(schedule);
    this.noteImages(changes.images);
  }

  noteJob(job: Job): void {
    this.noteEnd(job);
    this.pollNow();
  }

  /** Call `then` once a job has ended, with any status. */
  whenEnded(id: string, then: (job: Job) => void): void {
    this.watched.set(id, then);
  }

  private noteEnd(job: Job): void {
    this.jobs.set(job.id, job);
    const then = isOpen(job) ? undefined : this.watched.get(job.id);
    this.watched.delete(then === undefined ? '' : job.id);
    then?.(job);
  }

  /** Remember a schedule, unless a later version is known: a poll may answer after a save that began later. */
  noteSchedule(schedule: Schedule): void {
    const known = this.schedules.get(schedule.id);
    if (known !== undefined && Date.parse(known.updated_at) > Date.parse(schedule.updated_at)) return;
    if (schedule.deleted_at === null) this.schedules.set(schedule.id, schedule);
    else this.schedules.delete(schedule.id);
  }

  noteImages(images: readonly LibraryImage[]): void {
    if (images.length === 0) return;
    this.version += 1;
    const now = Date.now();
    // A pending change is shown already; its own response replaces it.
    images = images.filter(({ id }) => !this.changes.isPending(id));
    for (const image of images) this.known.set(image.id, reuseUrls(this.known.get(image.id), image, now));
    for (const id of [...this.known.keys()].slice(0, -MAX_KNOWN)) this.known.delete(id);
    images.forEach((image) => this.noteLatest(image));
    for (const list of this.lists.values()) list.apply(images);
  }

  /** Load a schedule's latest image into `latest`. */
  loadLatest(scheduleId: string): void {
    if (this.latest.has(scheduleId)) return;
    this.latest.set(scheduleId, null);
    this.session.api.images({ q: `schedule:"${scheduleId}"`, limit: 1 }).then(
      ({ items }) => this.latest.set(scheduleId, items[0] ?? null),
      () => this.latest.delete(scheduleId), // the next request tries again
    );
  }

  private noteLatest(image: LibraryImage): void {
    const { schedule_id: schedule, id, deleted_at } = image;
    const known = schedule === null ? undefined : this.latest.get(schedule);
    if (schedule === null || known === undefined) return;
    if (deleted_at === null && (known === null || id >= known.id)) this.latest.set(schedule, image);
    else if (deleted_at !== null && known?.id === id) this.latest.delete(schedule);
  }

  /** Load an image into `known`, unless it is there. */
  loadImage(id: string): void {
    if (!this.known.has(id)) this.imageLoader.load(id);
  }

  /** Load all schedules; concurrent calls share one request. */
  async loadSchedules(): Promise<void> {
    this.loading ??= this.session.api.schedules().finally(() => (this.loading = null));
    const { items } = await this.loading;
    this.schedules.clear();
    for (const schedule of items) this.noteSchedule(schedule);
    this.schedulesLoaded = true;
  }

  /** Show images in this state, in every list that they belong to in it. */
  show(images: readonly LibraryImage[]): void {
    if (images.length === 0) return;
    for (const image of images) {
      if (this.known.has(image.id)) this.known.set(image.id, image);
      this.noteLatest(image);
    }
    for (const list of this.lists.values()) list.apply(images);
    this.version += 1;
  }

  private reloadTrash(): void {
    for (const list of this.lists.values()) if (list.trash && list.status !== 'new') void list.reload();
    this.version += 1;
  }

  /** Remove permanently deleted images from all lists, or restored ones from trash only. */
  forget(ids: readonly string[], { trashOnly = false } = {}): void {
    for (const list of this.lists.values()) {
      if (!trashOnly || list.trash) for (const id of ids) list.drop(id);
    }
    this.version += 1;
  }

  private markArrived(ids: readonly string[]): void {
    for (const id of ids) this.arrived.add(id);
    setTimeout(() => ids.forEach((id) => this.arrived.delete(id)), 2_000);
  }
}
