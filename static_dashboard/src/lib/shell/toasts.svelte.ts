export interface Offer {
  name: string;
  href: string;
  filename: string;
}

export interface Toast {
  id: number;
  text: string;
  undo: (() => void | Promise<void>) | null;
  /** A file to download; such a toast stays until it is dismissed. */
  offer: Offer | null;
  /** Whether a screen reader announces it immediately, as for errors. */
  urgent: boolean;
}

const LASTS_MS = 10_000;
const MAX_SHOWN = 3;

/** Toasts at the bottom of the page. Their timer pauses while the pointer is over them. */
export class Toasts {
  shown = $state<Toast[]>([]);
  /** Number of stacked toast areas; only the topmost one shows toasts. */
  places = $state(0);
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();
  private next = 1;

  say(text: string, undo: Toast['undo'] = null): void {
    this.add(text, { undo });
  }

  warn(text: string): void {
    this.add(text, { urgent: true });
  }

  offer(text: string, offer: Offer): void {
    this.add(text, { offer });
  }

  dismiss(id: number): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }

  /** Undo the latest change that can be undone. */
  undoLast(): boolean {
    const toast = this.shown.findLast((one) => one.undo !== null);
    if (toast === undefined) return false;
    void this.undo(toast);
    return true;
  }

  async undo(toast: Toast): Promise<void> {
    this.dismiss(toast.id);
    await toast.undo?.();
  }

  hold(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  release(): void {
    for (const toast of this.shown) this.arm(toast.id);
  }

  private add(text: string, more: Partial<Toast>): void {
    const id = this.next++;
    this.shown = [...this.shown, { id, text, undo: null, offer: null, urgent: false, ...more }];
    for (const old of this.shown.slice(0, -MAX_SHOWN)) this.dismiss(old.id);
    this.arm(id);
  }

  private arm(id: number): void {
    clearTimeout(this.timers.get(id));
    if (this.shown.find((toast) => toast.id === id)?.offer) return;
    this.timers.set(
      id,
      setTimeout(() => this.dismiss(id), LASTS_MS),
    );
  }
}
