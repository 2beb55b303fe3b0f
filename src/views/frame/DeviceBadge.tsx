/** @file Backend and adapter by name; on demand why it is this one, the others to switch to, limits and features. */
import { useEffect, useRef } from 'react';
import { bytes } from '../../format/numbers';
import { backendLabel } from '../../state/readiness';
import { useAppState } from '../../state/useApp';
import { BackendSwitch } from './BackendSwitch';
import './deviceBadge.css';

export function DeviceBadge() {
  const { engine, device } = useAppState(({ engine, device }) => ({ engine, device }));
  const badge = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const closeOutside = ({ target }: PointerEvent) => {
      if (target instanceof Node && !badge.current?.contains(target)) badge.current?.removeAttribute('open');
    };
    document.addEventListener('pointerdown', closeOutside);
    return () => document.removeEventListener('pointerdown', closeOutside);
  }, []);
  if (!device)
    return (
      <p className="device" role="status">
        <i className="dot" data-state={engine} />
        {engine === 'failed' ? 'No backend' : 'Starting the backend…'}
      </p>
    );
  return (
    <details
      ref={badge}
      className="device"
      onKeyDown={event => {
        if (event.key !== 'Escape') return;
        badge.current?.removeAttribute('open');
        badge.current?.querySelector('summary')?.focus();
      }}
    >
      <summary>
        <i
          className="dot"
          data-state={engine === 'failed' ? engine : device.backend === 'webgpu' ? 'ready' : 'fallback'}
        />
        <b>{backendLabel[device.backend]}</b> <span className="device-adapter">{device.adapter}</span>
      </summary>
      <div className="popover">
        {device.why && <p className="fine">{device.why}</p>}
        <BackendSwitch />
        <dl className="facts">
          <dt>Adapter</dt>
          <dd>{device.adapter}</dd>
          {device.limits && (
            <>
              <dt>Largest buffer</dt>
              <dd>{bytes(device.limits.maxBufferSize)}</dd>
              <dt>Largest binding</dt>
              <dd>{bytes(device.limits.maxStorageBufferBindingSize)}</dd>
            </>
          )}
          <dt>Features</dt>
          <dd>{device.features.join(', ') || 'none'}</dd>
        </dl>
      </div>
    </details>
  );
}
