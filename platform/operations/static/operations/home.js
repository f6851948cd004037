// Keeps the admin's home page up to date: asks for the figures now and then, while somebody looks.

'use strict'

const EVERY_MS = 5000
const SIGNS = { good: '●', warn: '▲', bad: '✖', off: '○' }
const home = document.getElementById('overview')

function make(tag, text, name) {
  const element = document.createElement(tag)
  element.textContent = text
  if (name) {
    element.className = name
  }
  return element
}

function setLight(element, light, word) {
  const sign = make('span', SIGNS[light])
  sign.setAttribute('aria-hidden', 'true')
  element.className = `light light-${light}`
  element.replaceChildren(sign, ` ${word}`)
}

function showTile(tile) {
  const element = home.querySelector(`[data-tile="${tile.name}"]`)
  if (!element) {
    return
  }
  element.querySelector('[data-figure]').textContent = tile.state.figure
  setLight(element.querySelector('[data-light]'), tile.state.light, tile.state.word)
  element.querySelector('[data-details]').replaceChildren(
    ...tile.state.details.map((detail) => {
      const line = make('span', '', 'tile-detail')
      line.append(make('span', detail.label), make('span', detail.value))
      return line
    }),
  )
}

function showLights(name, lights) {
  const body = home.querySelector(`[data-lights="${name}"]`)
  if (!body) {
    return
  }
  body.replaceChildren(
    ...lights.map((each) => {
      const row = document.createElement('tr')
      const head = make('th', each.name)
      head.scope = 'row'
      const state = make('span', '')
      setLight(state, each.light, each.word)
      const cell = document.createElement('td')
      cell.append(state)
      row.append(head, cell, make('td', each.detail))
      return row
    }),
  )
}

function show(overview) {
  setLight(home.querySelector('[data-server]'), overview.server.light, `Server ${overview.server.word}`)
  home.querySelector('[data-reason]').textContent = overview.server.detail
  home.querySelector('[data-time]').textContent = overview.time
  overview.tiles.forEach(showTile)
  showLights('checks', overview.checks)
  showLights('services', overview.services)
}

function sayTrouble(text) {
  const element = home.querySelector('[data-trouble]')
  element.hidden = !text
  if (text) {
    setLight(element, 'warn', text)
  }
}

async function refresh() {
  const answer = await fetch(home.dataset.url, { credentials: 'same-origin', redirect: 'manual', cache: 'no-store' })
  if (answer.type === 'opaqueredirect') {
    sayTrouble('You are logged out; reload this page.')
    return false
  }
  if (!answer.ok) {
    throw new Error(String(answer.status))
  }
  show(await answer.json())
  sayTrouble('')
  return true
}

async function goOn() {
  let again = true
  try {
    if (!document.hidden) {
      again = await refresh()
    }
  } catch {
    sayTrouble('The gateway does not answer; these figures are old.')
  }
  if (again) {
    setTimeout(goOn, EVERY_MS)
  }
}

if (home) {
  setTimeout(goOn, EVERY_MS)
}
