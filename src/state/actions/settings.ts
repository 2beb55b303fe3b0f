/** @file Changes the settings of the next run, and keeps the URL hash up to date with them. */
import type { Catalogue } from '../../../workers/protocol/catalogue';
import { fitsOption } from '../../../workers/protocol/checkOption';
import type { OptionValue } from '../../../workers/protocol/options';
import { printHash, readBackend, readHash } from '../hash';
import {
  defaultPreset,
  resetSettings,
  type SampleChoice,
  type Settings,
  withOption,
  withPreset,
} from '../settings';
import type { AppState } from '../store';
import { fitTasks } from '../tasks';
import type { ActionContext } from './context';

export function settingsActions({ store }: ActionContext) {
  const change = (next: (settings: Settings, catalogue: Catalogue) => Settings) =>
    store.setState(({ settings, catalogue }) => (catalogue ? { settings: next(settings, catalogue) } : {}));

  const setOption = (key: string, value: OptionValue) =>
    change((settings, catalogue) => withOption(catalogue, settings, key, value));

  return {
    /** Chosen tasks that the open dataset cannot train are replaced by some that it can. */
    setSystem: (system: string) =>
      store.setState(({ settings, catalogue, dataset }) =>
        catalogue ? fitTasks(catalogue, { ...settings, system }, dataset) : {},
      ),
    setPreset(preset: string) {
      change((settings, catalogue) => withPreset(catalogue, settings, preset));
      store.setState({ presetBy: 'person' });
    },
    toggleMethod: (id: string) =>
      change((settings, { weightings }) => ({
        ...settings,
        methods: weightings
          .map(weighting => weighting.id)
          .filter(other => settings.methods.includes(other) !== (other === id)),
      })),
    setMethods: (ids: readonly string[]) =>
      change((settings, { weightings }) => ({
        ...settings,
        methods: weightings.map(({ id }) => id).filter(id => ids.includes(id)),
      })),
    setOption,
    /** Takes a whole config, as scripts give it. The worker refuses unknown keys and bad values. */
    adopt(config: Readonly<Record<string, unknown>>) {
      change((settings, catalogue) => {
        const { system, preset, ...options } = config;
        let next: Settings = {
          ...settings,
          system: catalogue.systems.find(({ id }) => id === system)?.id ?? settings.system,
          preset: catalogue.presets.find(({ id }) => id === preset)?.id ?? settings.preset,
          options: {},
        };
        for (const [key, value] of Object.entries(options)) {
          const spec = catalogue.options[key];
          if (spec && fitsOption(spec, value)) next = withOption(catalogue, next, key, value);
        }
        return next;
      });
      store.setState({ presetBy: 'person' });
    },
    reset() {
      change((settings, catalogue) => resetSettings(catalogue, settings));
      store.setState({ presetBy: 'nobody' });
    },
    reseed: () => setOption('seed', crypto.getRandomValues(new Uint16Array(1))[0] ?? 1),

    /** Takes the settings from the hash. Returns the sample set that it asks for. */
    applyHash(hash: string): SampleChoice | null {
      const { catalogue, checkpoints, startFrom: present } = store.getState();
      if (!catalogue) return null;
      const names = checkpoints.map(({ name }) => name);
      const { settings, dataset, startFrom: name, ignored } = readHash(hash, catalogue, names);
      // The address can name a checkpoint only, so it leaves a run or a file alone that was chosen on the page.
      const kept = present?.from.kind === 'checkpoint' ? null : present;
      const startFrom: AppState['startFrom'] =
        name === null ? kept : { from: { kind: 'checkpoint', name }, label: name };
      const presetBy = settings.preset === defaultPreset(catalogue) ? 'nobody' : 'person';
      store.setState({ settings, presetBy, startFrom, ignoredKeys: ignored });
      return dataset;
    },
    writeHashOnChange() {
      const backend = readBackend(location.hash);
      let written = '';
      const write = ({ settings, sample, startFrom, catalogue }: AppState) => {
        if (!catalogue) return;
        const checkpoint = startFrom?.from.kind === 'checkpoint' ? startFrom.from.name : null;
        const hash = printHash({ settings, dataset: sample, startFrom: checkpoint }, catalogue, backend);
        if (hash === written) return;
        written = hash;
        // The entry is replaced, because an assignment would add one to the browser's history for each key pressed.
        history.replaceState(null, '', `#${hash}`);
      };
      write(store.getState());
      store.subscribe((state, before) => {
        const changed = (['settings', 'sample', 'startFrom'] as const).some(
          key => state[key] !== before[key],
        );
        if (changed) write(state);
      });
    },
  };
}
