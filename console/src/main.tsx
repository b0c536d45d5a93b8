import './mantine-styles.js'
import './styles.css'
import { createRoot } from 'react-dom/client'
import { App } from './app.js'
import { findSession } from './api/session.js'
import { nonce } from './nonce.js'
import { firstLanguage } from './text/browser-language.js'
import { loadTexts } from './text/load-texts.js'

// What keeps the page from scrolling behind a dialog puts a style sheet into it, and reads the nonce from here.
Object.assign(globalThis, { __webpack_nonce__: nonce })

// While the page is made.
void findSession()
void loadTexts(firstLanguage())

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root.')
createRoot(root).render(<App />)
