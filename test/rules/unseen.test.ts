import { testFixture } from '../support/fixtures.js';

testFixture('unseen');
