/** @file Mounts the page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { AppFrame } from './App';
import { createEngine } from './engine/engine';
import { installScripting } from './scripting';
import { createApp } from './state/app';
import { applyTheme, readTheme } from './state/theme';
import { AppContext } from './state/useApp';
import './style/tokens.css';
import './style/base.css';
import './style/buttons.css';
import './style/fields.css';
import './style/feedback.css';
import './views/frame/layout.css';
import './views/data/data.css';
import './views/train/train.css';
import './views/watch/watch.css';
import './views/watch/results/results.css';
import './views/takeHome/takeHome.css';
import './views/benchmark/benchmark.css';
import './style/motion.css';

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
