import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { lazyPage } from './parts/lazy-page.js'
import type { Needs } from './parts/not-allowed.js'
import { readFilters } from './pages/reminders/filters.js'
import { readActivityFilters } from './pages/activity/activity-filters.js'
import { readCalendarPlace } from './pages/calendar/calendar-place.js'
import { readRunFilters } from './pages/runs/run-filters.js'
import { readTargetFilters } from './pages/runs/target-filters.js'
import { NotFound } from './parts/not-found.js'
import { PageFailure } from './parts/page-failure.js'
import { Root } from './shell/root.js'

const root = createRootRoute({ component: Root, notFoundComponent: NotFound })

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyPage(() => import('./pages/overview/overview-page.js'), 'OverviewPage', { isFirst: true }),
})
const accounts = createRoute({
  getParentRoute: () => root,
  path: '/accounts',
  component: lazyPage(() => import('./pages/accounts/accounts-page.js'), 'AccountsPage'),
})
const reminders = createRoute({
  getParentRoute: () => root,
  path: '/reminders',
  validateSearch: readFilters,
  component: lazyPage(() => import('./pages/reminders/reminders-page.js'), 'RemindersPage'),
})
const importExport = createRoute({
  getParentRoute: () => root,
  path: '/import-export',
  component: lazyPage(() => import('./pages/import-export/import-export-page.js'), 'ImportExportPage'),
})
const newReminder = createRoute({
  getParentRoute: () => root,
  path: '/reminders/new',
  staticData: { needs: 'edit' },
  // Where one clicked into the calendar, `2026-12-24T08:00`.
  validateSearch: ({ on }: Record<string, unknown>): { on?: string } =>
    typeof on === 'string' ? { on } : {},
  component: lazyPage(() => import('./pages/editor/editor-page.js'), 'NewReminderPage'),
})
const reminder = createRoute({
  getParentRoute: () => root,
  path: '/reminders/$key',
  component: lazyPage(() => import('./pages/reminder/reminder-page.js'), 'ReminderPage'),
})
const editReminder = createRoute({
  getParentRoute: () => root,
  path: '/reminders/$key/edit',
  staticData: { needs: 'edit' },
  component: lazyPage(() => import('./pages/editor/editor-page.js'), 'EditReminderPage'),
})
const calendar = createRoute({
  getParentRoute: () => root,
  path: '/calendar',
  validateSearch: readCalendarPlace,
  component: lazyPage(() => import('./pages/calendar/calendar-page.js'), 'CalendarPage'),
})
const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  validateSearch: readRunFilters,
  component: lazyPage(() => import('./pages/runs/runs-page.js'), 'RunsPage'),
})
const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$id',
  validateSearch: readTargetFilters,
  component: lazyPage(() => import('./pages/runs/run-page.js'), 'RunPage'),
})
const start = createRoute({
  getParentRoute: () => root,
  path: '/start',
  staticData: { needs: 'own' },
  component: lazyPage(() => import('./pages/start/start-page.js'), 'StartPage'),
})
const activity = createRoute({
  getParentRoute: () => root,
  path: '/activity',
  validateSearch: readActivityFilters,
  component: lazyPage(() => import('./pages/activity/activity-page.js'), 'ActivityPage'),
})
const webhooks = createRoute({
  getParentRoute: () => root,
  path: '/webhooks',
  staticData: { needs: 'own' },
  component: lazyPage(() => import('./pages/webhooks/webhooks-page.js'), 'WebhooksPage'),
})
const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  staticData: { needs: 'edit' },
  component: lazyPage(() => import('./pages/inbox/inbox-page.js'), 'InboxPage'),
})
const telegram = createRoute({
  getParentRoute: () => root,
  path: '/telegram',
  staticData: { needs: 'own' },
  component: lazyPage(() => import('./pages/telegram/telegram-page.js'), 'TelegramPage'),
})
const tokens = createRoute({
  getParentRoute: () => root,
  path: '/tokens',
  staticData: { needs: 'own' },
  component: lazyPage(() => import('./pages/tokens/tokens-page.js'), 'TokensPage'),
})
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyPage(() => import('./pages/settings/settings-page.js'), 'SettingsPage'),
})
/** What a sign-in link opens: the shell shows the page for it, with what is after the `#`. */
const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', component: () => null })

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    accounts,
    reminders,
    importExport,
    newReminder,
    reminder,
    editReminder,
    calendar,
    runs,
    run,
    start,
    activity,
    webhooks,
    telegram,
    inbox,
    tokens,
    settings,
    signIn,
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: PageFailure,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
  interface StaticDataRouteOption {
    /** Of a page that is not for everybody. */
    needs?: Needs
  }
}
