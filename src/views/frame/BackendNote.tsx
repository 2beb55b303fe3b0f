/** @file One line where training does not run on WebGPU: what it runs on, for which networks that is enough, and why. */
import { backendLabel } from '../../state/readiness';
import { quickPresets } from '../../state/speed';
import { useApp, useAppState } from '../../state/useApp';
import { Notice } from '../../widgets/Notice';
import './backendNote.css';

const all = new Intl.ListFormat('en', { type: 'conjunction' });

export function BackendNote() {
  const { view } = useApp();
  const { device, catalogue, shown } = useAppState(state => ({
    device: state.device,
    catalogue: state.catalogue,
    // Whoever forces a backend knows why.
    shown: state.backendNote && state.askedBackend !== state.device?.backend,
  }));
  if (!shown || !device?.why || !catalogue || device.backend === 'webgpu') return null;
  const quick = quickPresets(catalogue, device);
  const possible = catalogue.presets.filter(({ runsOn }) => runsOn.includes(device.backend));
  const verdict = quick.length > 0 ? 'fast enough for' : 'slow, and enough only for';
  const names = (quick.length > 0 ? quick : possible).map(({ label }) => label);
  return (
    <Notice tone="calm" onDismiss={view.dismissBackendNote}>
      <details className="backend-note">
        <summary>
          Training runs on {backendLabel[device.backend]}, {device.adapter}: {verdict} {all.format(names)}.{' '}
          <span className="backend-why">Why not WebGPU?</span>
        </summary>
        <p>{device.why}</p>
      </details>
    </Notice>
  );
}
