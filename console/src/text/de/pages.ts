import type { PageTexts } from '../en/index.js'
import { editor } from './editor.js'
import { importExport } from './import-export.js'
import { settings } from './settings.js'
import { telegram } from './telegram.js'
import { tokens } from './tokens.js'
import { webhooks } from './webhooks.js'

export const pages: PageTexts = {
  editor,
  importExport,
  settings,
  telegram,
  tokens,
  webhooks,
}
