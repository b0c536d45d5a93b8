// Adds to package-lock.json the platform packages that the registry at hand did not have when it was written:
// `npm ci` refuses a lockfile without them, on every platform. Run after changing a dependency where the
// registry is a partial mirror. They get no integrity, for it isn't known here; elsewhere, npm adds it.
import { readFileSync, writeFileSync } from 'node:fs'

const file = process.argv[2] ?? 'package-lock.json'
const lock = JSON.parse(readFileSync(file, 'utf8'))

// "@swc/core-linux-arm64-musl", "@oxlint/binding-win32-x64-msvc"
const platformName =
  /(?<os>aix|android|darwin|freebsd|linux|openharmony|sunos|win32|windows)[-_](?<cpu>arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)(?:[-_]?(?<abi>gnueabihf|musleabihf|gnu|musl|msvc|eabi))?$/

const added = []
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(path, name)) continue
    const platform = platformName.exec(name)?.groups
    if (!platform || !/^\d+\.\d+\.\d+/.test(version)) {
      console.error(`${name}@${version}, of ${path}: can't tell its platform or its version; left out.`)
      process.exitCode = 1
      continue
    }
    lock.packages[`node_modules/${name}`] = lockedPlatform(version, entry, platform)
    added.push(`${name}@${version}`)
  }
}
if (added.length > 0) {
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
  )
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
}
console.log(added.length === 0 ? `${file} is complete.` : `Added to ${file}: ${added.join(', ')}`)

function lockedPlatform(version, { dev }, { os, cpu, abi }) {
  const libc = abi?.startsWith('musl') ? 'musl' : abi?.startsWith('gnu') ? 'glibc' : undefined
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(libc && os === 'linux' ? { libc: [libc] } : {}),
    optional: true,
    os: [os === 'windows' ? 'win32' : os],
  }
}

/** Where Node would find it from there: in the package's own node_modules or in one further up. */
function isLocked(path, name) {
  for (
    let folder = path;
    ;
    folder = folder.slice(0, folder.lastIndexOf('node_modules/')).replace(/\/$/, '')
  ) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]) return true
    if (folder === '') return false
  }
}
