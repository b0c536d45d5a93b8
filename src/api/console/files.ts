import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export type ConsoleFile = {
  type: string
  plain: Buffer
  /** Compressed by gzip; undefined for what is compressed already. */
  gzip: Buffer | undefined
}

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
}

/** Where set-up puts it, the same whether this runs from src/ or from dist/src/, and where nothing else of the project is. */
export function builtConsole(): string {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
  return existsSync(join(root, 'src/api/console/files.js'))
    ? join(root, 'console')
    : join(root, 'dist/console')
}

/**
 * Everything of the built console, by its path (`/assets/index-….js`): some hundred kilobytes, which are kept. Undefined where it
 * was not built.
 */
export function readConsole(folder: string): Map<string, ConsoleFile> | undefined {
  const names = namesBelow(folder)
  if (!names.includes('/index.html')) return undefined
  const files = new Map<string, ConsoleFile>()
  for (const name of names) {
    const type = types[extname(name)]
    // The compressed ones, too, which are with those that they are of.
    if (type === undefined) continue
    const gzip = names.includes(`${name}.gz`) ? readFileSync(join(folder, `${name}.gz`)) : undefined
    files.set(name, { type, plain: readFileSync(join(folder, name)), gzip })
  }
  return files
}

function namesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `/${relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/')}`)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
