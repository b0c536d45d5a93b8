import { writeFileSync } from 'node:fs'
import { configurationPage } from '../dist/src/configuration-page.js'

/** `npm run configuration`: writes docs/configuration.md from src/config.ts. */
writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationPage())
process.stdout.write('Wrote docs/configuration.md\n')
