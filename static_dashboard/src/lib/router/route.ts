/** A route of the dashboard. It is stored in the fragment, because Blob Storage returns 404 for other paths. */
export type Route =
  | { page: 'images'; q: string; image: string | null }
  | { page: 'slideshow'; q: string; image: string | null }
  | { page: 'trash'; image: string | null }
  | { page: 'albums' }
  | { page: 'album'; id: string; image: string | null }
  | { page: 'compare'; ids: string[] }
  | { page: 'create'; theme: string }
  | { page: 'schedules' }
  | { page: 'schedule'; id: string }
  | { page: 'schedule-form'; id: string | null; from?: string }
  | { page: 'activity'; show: string; schedule?: string }
  | { page: 'insights' }
  | { page: 'setup'; show?: 'logs' }
  | { page: 'settings' }
  | { page: 'audit' }
  | { page: 'unknown' };

export type PageName = Route['page'];

/** The route of a fragment such as `#/images/01J…?q=fox`. */
export function parse(fragment: string): Route {
  const [path = '', search = ''] = split(fragment.replace(/^#/, ''), '?');
  const query = new URLSearchParams(search);
  const [page = '', id, verb] = path.split('/').filter(Boolean).map(decoded);
  switch (page) {
    case '':
    case 'images':
    case 'pictures': // as in bookmarks from before version 0.2
      return { page: 'images', q: query.get('q') ?? '', image: id ?? null };
    case 'slideshow':
      return { page: 'slideshow', q: query.get('q') ?? '', image: id ?? null };
    case 'trash':
      return { page: 'trash', image: id ?? null };
    case 'albums':
      return id === undefined ? { page: 'albums' } : { page: 'album', id, image: verb ?? null };
    case 'compare':
      return { page: 'compare', ids: (id ?? '').split(',').filter(Boolean) };
    case 'create':
      return { page: 'create', theme: query.get('theme') ?? '' };
    case 'schedules':
      if (id === undefined) return { page: 'schedules' };
      if (id === 'new') return { page: 'schedule-form', id: null, from: query.get('from') ?? undefined };
      return verb === 'edit' ? { page: 'schedule-form', id } : { page: 'schedule', id };
    case 'activity':
      return { page: 'activity', show: query.get('show') ?? 'all', schedule: query.get('schedule') ?? undefined };
    case 'setup':
      return query.get('show') === 'logs' ? { page: 'setup', show: 'logs' } : { page: 'setup' };
    case 'insights':
    case 'settings':
    case 'audit':
      return { page };
    default:
      return { page: 'unknown' };
  }
}

/** The fragment of a route: `parse(format(route))` returns the same route. */
export function format(route: Route): string {
  switch (route.page) {
    case 'images':
    case 'slideshow':
      return address([route.page, route.image], { q: route.q });
    case 'trash':
      return address(['trash', route.image]);
    case 'album':
      return address(['albums', route.id, route.image]);
    case 'compare':
      return address(['compare', route.ids.join(',')]);
    case 'create':
      return address(['create'], { theme: route.theme });
    case 'schedule':
      return address(['schedules', route.id]);
    case 'schedule-form':
      if (route.id !== null) return address(['schedules', route.id, 'edit']);
      return address(['schedules', 'new'], { from: route.from ?? '' });
    case 'activity':
      return address(['activity'], { show: route.show === 'all' ? '' : route.show, schedule: route.schedule ?? '' });
    case 'setup':
      return address(['setup'], { show: route.show ?? '' });
    default:
      return address([route.page]);
  }
}

function address(parts: (string | null)[], query: Record<string, string> = {}): string {
  const path = parts.filter((part) => part !== null && part !== '').map((part) => encodeURIComponent(part as string));
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  return `#/${path.join('/')}${search === '' ? '' : `?${search}`}`;
}

function split(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + at.length)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
