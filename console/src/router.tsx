import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type ErrorComponentProps,
} from '@tanstack/react-router'
import { FailurePanel } from './parts/failure-panel.js'
import { NotFound } from './parts/not-found.js'
import { Root } from './shell/root.js'

const root = createRootRoute({ component: Root, notFoundComponent: NotFound })

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/overview/overview-page.js'), 'OverviewPage'),
})
const accounts = createRoute({
  getParentRoute: () => root,
  path: '/accounts',
  component: lazyRouteComponent(() => import('./pages/accounts/accounts-page.js'), 'AccountsPage'),
})
const reminders = createRoute({
  getParentRoute: () => root,
  path: '/reminders',
  component: lazyRouteComponent(() => import('./pages/reminders/reminders-page.js'), 'RemindersPage'),
})
const importExport = createRoute({
  getParentRoute: () => root,
  path: '/import-export',
  component: lazyRouteComponent(
    () => import('./pages/import-export/import-export-page.js'),
    'ImportExportPage',
  ),
})
const newReminder = createRoute({
  getParentRoute: () => root,
  path: '/reminders/new',
  component: lazyRouteComponent(() => import('./pages/editor/editor-page.js'), 'NewReminderPage'),
})
const reminder = createRoute({
  getParentRoute: () => root,
  path: '/reminders/$key',
  component: lazyRouteComponent(() => import('./pages/reminder/reminder-page.js'), 'ReminderPage'),
})
const editReminder = createRoute({
  getParentRoute: () => root,
  path: '/reminders/$key/edit',
  component: lazyRouteComponent(() => import('./pages/editor/editor-page.js'), 'EditReminderPage'),
})
const calendar = createRoute({
  getParentRoute: () => root,
  path: '/calendar',
  component: lazyRouteComponent(() => import('./pages/calendar/calendar-page.js'), 'CalendarPage'),
})
const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  component: lazyRouteComponent(() => import('./pages/runs/runs-page.js'), 'RunsPage'),
})
const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$id',
  component: lazyRouteComponent(() => import('./pages/runs/run-page.js'), 'RunPage'),
})
const start = createRoute({
  getParentRoute: () => root,
  path: '/start',
  component: lazyRouteComponent(() => import('./pages/start/start-page.js'), 'StartPage'),
})
const activity = createRoute({
  getParentRoute: () => root,
  path: '/activity',
  component: lazyRouteComponent(() => import('./pages/activity/activity-page.js'), 'ActivityPage'),
})
const webhooks = createRoute({
  getParentRoute: () => root,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('./pages/webhooks/webhooks-page.js'), 'WebhooksPage'),
})
const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  component: lazyRouteComponent(() => import('./pages/inbox/inbox-page.js'), 'InboxPage'),
})
const tokens = createRoute({
  getParentRoute: () => root,
  path: '/tokens',
  component: lazyRouteComponent(() => import('./pages/tokens/tokens-page.js'), 'TokensPage'),
})
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/settings-page.js'), 'SettingsPage'),
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
    inbox,
    tokens,
    settings,
    signIn,
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }: ErrorComponentProps) => (
    <FailurePanel error={error} onRetry={reset} />
  ),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
