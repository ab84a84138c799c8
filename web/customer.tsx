import { render } from 'preact';
import './style/customer.css';

const place = document.querySelector('#app');
if (place) render(<h1>SkyFox</h1>, place);
