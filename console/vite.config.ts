import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)

/**
 * The API's client is the console's, too (decision 0066). These modules of it need Node: a browser has others in their place,
 * which export the same names.
 */
const standIns: Record<string, string> = {
  [join(root, 'src/api/version.ts')]: 'version.ts',
  [join(root, 'src/api/client/files.ts')]: 'files.ts',
  [join(root, 'src/client/input/context.ts')]: 'local-zone.ts',
  [join(root, 'src/domain/calendar/calendar.ts')]: 'calendar.ts',
  [join(root, 'src/domain/hours/zone-rules.ts')]: 'zone-rules.ts',
  [join(root, 'src/domain/sentences/say.ts')]: 'say.ts',
  [join(root, 'src/api/v1/answers/said.ts')]: 'said.ts',
}

/** Of Zod, too: what writes schemas in JSON, 8 KB of the first page. */
const zodSchemas = '/node_modules/zod/v4/classic/schemas.js'
const jsonSchemaModules = new Set(['../core/json-schema-processors.js', '../core/to-json-schema.js'])

/** And how it says in English what is wrong: here the API says that. */
const zodLocale = '../locales/en.js'

const transport = join(root, 'src/api/client/transport.ts')

function forBrowsers(): Plugin {
  return {
    name: 'carillon:for-browsers',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (source === 'node:crypto' && importer === transport)
        return join(here, 'src/api/stand-ins/random-uuid.ts')
      if (importer?.endsWith(zodSchemas) === true && jsonSchemaModules.has(source))
        return join(here, 'src/api/stand-ins/json-schema.ts')
      if (importer?.endsWith(zodSchemas) === true && source === zodLocale)
        return join(here, 'src/api/stand-ins/zod-locale.ts')
      // What nothing is used of goes, and what is left of it fails the build.
      if (source.startsWith('node:')) return { id: source, external: true, moduleSideEffects: false }
      if (!source.startsWith('.') || importer?.startsWith(join(root, 'src')) !== true) return null
      const found = await this.resolve(source, importer, { skipSelf: true })
      const standIn = found === null ? undefined : standIns[found.id]
      return standIn === undefined ? null : join(here, 'src/api/stand-ins', standIn)
    },
    /** FullCalendar brings a font for arrows that the policy refuses, and nothing here shows. */
    transform(code, id) {
      if (!id.includes('/node_modules/@fullcalendar/core/')) return null
      return { code: code.replaceAll(/@font-face\s*\{[^}]*\}/g, ''), map: null }
    },
    /** What only servers have must not get in by way of an import that nobody noticed. */
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        const bad = Object.entries(chunk.modules).filter(
          ([id, { renderedLength }]) => renderedLength > 0 && isOfServers(id),
        )
        // `chunk.imports` has those of which nothing is left, too.
        const node = chunk.code.match(/\b(?:from|import)\s*["'`]node:\w+/g) ?? []
        if (bad.length + node.length > 0)
          this.error(`only servers have: ${[...bad.map(([id]) => id), ...node].join(', ')}`)
      }
    },
  }
}

/** Packages that the client beside the HTTP one needs. Their modules go where nothing of them is used. */
const serverPackages =
  /[/]node_modules[/](@temporalio|@grpc|@protobufjs|protobufjs|long|pg|pg-[a-z-]+|pino|sharp)[/]/

function isOfServers(id: string): boolean {
  return id.startsWith('node:') || id.includes('__vite-browser-external') || serverPackages.test(id)
}

const treeshake = {
  moduleSideEffects: (id: string) => !(id.startsWith(join(root, 'src/')) || isOfServers(id)),
}

// The stand-in for JSON schemas lacks what only they would call.
const checks = { importIsUndefined: false }

export default defineConfig({
  root: here,
  base: '/',
  plugins: [forBrowsers(), react()],
  build: {
    outDir: join(root, 'dist/console'),
    emptyOutDir: true,
    target: ['chrome125', 'firefox128', 'safari17.5'],
    // An inlined asset would be a `data:` address, which the policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: { treeshake, checks },
  },
  worker: { format: 'es', plugins: () => [forBrowsers()], rolldownOptions: { treeshake, checks } },
})
