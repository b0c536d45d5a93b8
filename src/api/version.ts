import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../stack/project-root.js'

const manifest = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { version: string }

export const { version } = manifest
