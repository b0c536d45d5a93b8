import type { Tool } from '../tool.js'
import { accountTools } from './accounts.js'
import { definitionTools } from './definitions.js'
import { previewTools } from './previews.js'
import { reminderTools } from './reminders.js'
import { runTools } from './runs.js'

export const allTools: readonly Tool[] = [
  ...accountTools,
  ...previewTools,
  ...definitionTools,
  ...reminderTools,
  ...runTools,
]
