import { editor } from './editor.js'
import { importExport } from './import-export.js'
import { settings } from './settings.js'
import { telegram } from './telegram.js'
import { tokens } from './tokens.js'
import { webhooks } from './webhooks.js'

/** What other pages show: they wait for it, and the first one does without. */
export const pages = {
  editor,
  importExport,
  settings,
  telegram,
  tokens,
  webhooks,
}
