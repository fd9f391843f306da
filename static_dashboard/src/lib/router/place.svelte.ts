import { format, parse, type Route } from './route';

/** The current route, synchronized with the URL. */
class Place {
  route = $state.raw<Route>(parse(''));

  /** Read the URL now and whenever it changes. */
  follow(): void {
    this.read();
    window.addEventListener('hashchange', () => this.read());
    window.addEventListener('popstate', () => this.read());
  }

  /** Go to a route. `replace` replaces the history entry; `over` marks an overlay above the page. */
  go(route: Route, { replace = false, over = false } = {}): void {
    const fragment = format(route);
    if (fragment === location.hash) return;
    if (replace) history.replaceState(history.state, '', fragment);
    else history.pushState({ over }, '', fragment);
    this.route = route;
  }

  /** Close the overlay: go back to the page that opened it, or to `otherwise` if it was opened by a link. */
  back(otherwise: Route): void {
    if ((history.state as { over?: boolean } | null)?.over === true) history.back();
    else this.go(otherwise, { replace: true });
  }

  private read(): void {
    const route = parse(location.hash);
    if (format(route) !== format(this.route)) this.route = route;
  }
}

export const place = new Place();
