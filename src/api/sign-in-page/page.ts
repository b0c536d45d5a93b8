import { html, raw } from '../docs/html.js'

export const styles = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 34rem; padding: 4rem 1rem }
h1 { font-size: 1.5rem } code { font-family: ui-monospace, monospace; font-size: .9em }
`

/** Runs in the browser, as it is. */
export const script = `
const page = '/docs'
const texts = {
  none: 'This page is opened by a sign-in link, and there was none.',
  spent: 'This link cannot be used: it was used before, is older than a quarter of an hour, or is not whole.',
  away: 'Carillon does not answer. Try the link again in a moment.',
}

function say(text, isOver) {
  document.getElementById('said').textContent = text
  document.getElementById('again').hidden = !isOver
}

async function signIn() {
  const link = location.hash.slice(1)
  // From here on neither the address bar nor the history has it.
  history.replaceState(null, '', location.pathname)
  if (link === '') return say(texts.none, true)
  say('Signing in …', false)
  const answer = await fetch('/v1/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ link }),
  }).catch(() => undefined)
  if (answer === undefined) return say(texts.away, false)
  if (answer.ok) return location.replace(page)
  if (answer.status === 401 || answer.status === 422) return say(texts.spent, true)
  const problem = await answer.json().catch(() => undefined)
  say(problem?.detail ?? texts.away, false)
}

// Another link opened in this tab changes only what is after the #.
addEventListener('hashchange', () => { if (location.hash !== '') signIn() })
signIn()
`

export const page = html`<!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex" />
      <title>Carillon: sign in</title>
      ${raw(`<style>${styles}</style>`)}
    </head>
    <body>
      <main>
        <h1>Carillon</h1>
        <p id="said" role="status"></p>
        <noscript><p>This page needs JavaScript to sign you in.</p></noscript>
        <p id="again" hidden>
          Make another link where Carillon runs: <code>carillon sign-in-link</code>.
          <code>npm start</code> shows one, too.
        </p>
      </main>
      ${raw(`<script>${script}</script>`)}
    </body>
  </html>`.text
