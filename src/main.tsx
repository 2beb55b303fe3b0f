/**
 * @file Mounts the page. The styles of the whole page come first. Each area imports its own styles later, so that they
 * override them.
 */
import './style/tokens.css';
import './style/base.css';
import './style/buttons.css';
import './style/fields.css';
import './style/feedback.css';
import './style/panel.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { AppFrame } from './App';
import { createEngine } from './engine/engine';
import { installScripting } from './scripting';
import { createApp } from './state/app';
import { applyTheme, readTheme } from './state/theme';
import { AppContext } from './state/useApp';
import { fetchDrawn } from './views/watch/drawnLater';

applyTheme(readTheme());
const app = createApp(createEngine());
installScripting(app);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <AppContext value={app}>
      <AppFrame />
    </AppContext>
  </StrictMode>,
);
// If this fails, the page says so in the place of the charts.
fetchDrawn().catch(() => {});
