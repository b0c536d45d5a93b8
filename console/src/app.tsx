import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { queries } from './data/queries.js'
import { nonce } from './nonce.js'
import { router } from './router.js'
import { TextProvider } from './text/text.js'
import { cssVariables, theme } from './theme.js'

const colorSchemes = localStorageColorSchemeManager({ key: 'carillon-theme' })

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemes}
      getStyleNonce={() => nonce}
      deduplicateCssVariables={false}
    >
      <TextProvider>
        <QueryClientProvider client={queries}>
          <Notifications position="bottom-right" limit={4} />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </TextProvider>
    </MantineProvider>
  )
}
