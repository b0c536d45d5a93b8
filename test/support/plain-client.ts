import { Client } from 'pg'

/** What is stored, as it is in Postgres: this connection opens and seals nothing. */
export async function withPlainClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
