import type { Route } from '../route.js'
import { accessRoutes } from './access.js'
import { accountRoutes } from './accounts.js'
import { groupRoutes } from './groups.js'
import { jobRoutes } from './jobs.js'
import { mediaRoutes } from './media.js'
import { occurrenceRoutes } from './occurrences.js'
import { pairingRoutes } from './pairing.js'
import { previewRoutes } from './preview.js'
import { reminderRoutes } from './reminders.js'
import { runRoutes } from './runs.js'
import { systemRoutes } from './system.js'
import { telegramRoutes } from './telegram.js'
import { webhookRoutes } from './webhooks.js'

export const allRoutes: readonly Route[] = [
  ...accountRoutes,
  ...pairingRoutes,
  ...groupRoutes,
  ...mediaRoutes,
  ...reminderRoutes,
  ...occurrenceRoutes,
  ...previewRoutes,
  ...runRoutes,
  ...webhookRoutes,
  ...telegramRoutes,
  ...jobRoutes,
  ...systemRoutes,
  ...accessRoutes,
]
