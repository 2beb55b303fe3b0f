/** @file Mounts the page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { AppFrame } from './App';
import { createEngine } from './engine/engine';
import { installScripting } from './engine/scripting';
import { createApp } from './state/app';
import { applyTheme, readTheme } from './state/theme';
import { AppContext } from './state/useApp';
import './tokens.css';
import './base.css';
import './buttons.css';
import './fields.css';
import './feedback.css';
import './layout.css';
import './data.css';
import './train.css';
import './watch.css';
import './takeHome.css';
import './benchmark.css';
import './motion.css';

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
