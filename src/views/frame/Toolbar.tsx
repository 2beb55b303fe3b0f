/** @file Shows the device, the choice of theme and the list of keyboard shortcuts. */
import { useState } from 'react';
import { applyTheme, readTheme, type Theme, themes } from '../../state/theme';
import { Benchmark } from '../benchmark/Benchmark';
import { DeviceBadge } from './DeviceBadge';
import './toolbar.css';

const themeLabel: Record<Theme, string> = { system: 'Auto', light: 'Light', dark: 'Dark' };

export function Toolbar({ onShortcuts }: { onShortcuts: () => void }) {
  const [theme, setTheme] = useState(readTheme);
  const choose = (next: Theme) => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <section className="toolbar" aria-label="This page">
      <div className="toolbar-start">
        <DeviceBadge />
        <Benchmark />
      </div>
      <div className="toolbar-end">
        <fieldset className="segments">
          <legend className="hidden">Theme</legend>
          {themes.map(name => (
            <label key={name}>
              <input type="radio" name="theme" checked={theme === name} onChange={() => choose(name)} />
              <span>{themeLabel[name]}</span>
            </label>
          ))}
        </fieldset>
        <button type="button" className="round" aria-label="Keyboard shortcuts" onClick={onShortcuts}>
          ?
        </button>
      </div>
    </section>
  );
}
