import { testFixture } from '../support/fixtures.js';

testFixture('gup-flags');
