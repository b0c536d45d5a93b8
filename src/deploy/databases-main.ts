import { z } from 'zod'
import { withSecretFiles } from '../settings/secret-files.js'
import { ensureDatabases, rolesOf } from './databases.js'

const password = z.string().min(1)

const variables = z.object({
  POSTGRES_ADMIN_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  TEMPORAL_DB_PASSWORD: password,
  CARILLON_DB_PASSWORD: password,
})

/** One-shot: the roles and databases of Temporal and Carillon. */
async function run(): Promise<void> {
  const { environment, problems } = withSecretFiles(process.env)
  if (problems.length > 0) throw new Error(problems.join('\n'))
  const parsed = variables.safeParse(environment)
  if (!parsed.success) {
    // Their values are secrets: only the names are told.
    const names = parsed.error.issues.map((issue) => String(issue.path[0]))
    throw new Error(`${names.join(', ')}: missing or malformed. See .env.example.`)
  }
  const { POSTGRES_ADMIN_URL, TEMPORAL_DB_PASSWORD, CARILLON_DB_PASSWORD } = parsed.data
  const roles = rolesOf({ temporal: TEMPORAL_DB_PASSWORD, carillon: CARILLON_DB_PASSWORD })
  await ensureDatabases(POSTGRES_ADMIN_URL, roles)
  for (const { role, databases } of roles) process.stdout.write(`${role}: ${databases.join(', ')}\n`)
}

run().catch((error: unknown) => {
  process.stderr.write(`carillon databases: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
