// A sample photo drawn by the page: a lake at sunset with a balloon and a boat, so that nobody needs an image at hand.

const [WIDTH, HEIGHT, SHORE] = [1280, 960, 610];

/** → a JPEG file of 1280 by 960. */
export async function samplePicture() {
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  draw(canvas.getContext("2d"));
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
  return new File([blob], "lake-at-sunset.jpg", { type: "image/jpeg" });
}

function draw(ctx) {
  fillWith(ctx, 0, SHORE, [
    [0, "#2b2a5c"],
    [0.42, "#84497e"],
    [0.72, "#e77f63"],
    [0.92, "#ffc46b"],
    [1, "#ffe2a0"],
  ]);
  sun(ctx);
  clouds(ctx);
  hills(ctx, SHORE - 128, 78, 2.1, "#8a4a74", 0.0052);
  hills(ctx, SHORE - 74, 62, 4.4, "#5f3563", 0.0074);
  hills(ctx, SHORE - 26, 38, 0.6, "#38234c", 0.0113);
  lake(ctx);
  balloon(ctx, 368, 236);
  boat(ctx, 812, 742);
  reeds(ctx);
  grain(ctx);
}

function fillWith(ctx, top, bottom, stops) {
  const paint = ctx.createLinearGradient(0, top, 0, bottom);
  for (const [at, colour] of stops) paint.addColorStop(at, colour);
  ctx.fillStyle = paint;
  ctx.fillRect(0, top, WIDTH, bottom - top);
}

function sun(ctx) {
  const glow = ctx.createRadialGradient(880, 470, 20, 880, 470, 430);
  glow.addColorStop(0, "rgba(255,246,206,1)");
  glow.addColorStop(0.16, "rgba(255,226,150,.85)");
  glow.addColorStop(1, "rgba(255,170,100,0)");
  ctx.fillStyle = glow;
  ctx.fillRect(0, 0, WIDTH, SHORE);
  disc(ctx, 880, 470, 62, "#fff6d8");
}

function disc(ctx, x, y, radius, colour) {
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, Math.PI * 2);
  ctx.fill();
}

function clouds(ctx) {
  for (const [x, y, width] of [
    [160, 330, 300],
    [560, 188, 380],
    [1010, 268, 340],
    [1120, 384, 230],
    [40, 150, 260],
  ]) {
    ctx.fillStyle = "rgba(255,214,196,.30)";
    for (let i = 0; i < 7; i++) {
      ctx.beginPath();
      ctx.ellipse(x + (i * width) / 7, y + Math.sin(i * 2.3) * 9, width / 6, 9 + (i % 3) * 5, 0, 0, Math.PI * 2);
      ctx.fill();
    }
  }
}

function hills(ctx, base, height, phase, colour, stretch) {
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.moveTo(0, SHORE);
  for (let x = 0; x <= WIDTH; x += 6) {
    const wave =
      Math.sin(x * stretch + phase) * 0.62 +
      Math.sin(x * stretch * 2.7 + phase * 3) * 0.26 +
      Math.sin(x * stretch * 7.1) * 0.07;
    ctx.lineTo(x, base - wave * height);
  }
  ctx.lineTo(WIDTH, SHORE);
  ctx.fill();
}

function lake(ctx) {
  fillWith(ctx, SHORE, HEIGHT, [
    [0, "#f3a46f"],
    [0.22, "#c2607a"],
    [0.62, "#5a3a73"],
    [1, "#241d47"],
  ]);
  for (let y = SHORE + 4; y < HEIGHT; y += 7) {
    const depth = (y - SHORE) / (HEIGHT - SHORE);
    const width = 70 + depth * 250;
    const sway = Math.sin(y * 0.7) * 26 * depth;
    ctx.fillStyle = `rgba(255,232,176,${0.62 * (1 - depth) + 0.06})`;
    ctx.fillRect(880 - width / 2 + sway, y, width * (0.55 + 0.45 * Math.abs(Math.sin(y * 1.9))), 2 + depth * 3);
    ctx.fillStyle = "rgba(40,24,70,.16)";
    ctx.fillRect(((y * 137) % WIDTH) - 160, y + 3, 220 + depth * 240, 1.5 + depth * 2);
  }
}

function balloon(ctx, x, y) {
  const colours = ["#f4efe1", "#e2574c", "#f2a03d", "#2f8f8b", "#f2a03d", "#e2574c", "#f4efe1"];
  ctx.save();
  ctx.beginPath();
  ctx.ellipse(x, y, 92, 104, 0, 0, Math.PI * 2);
  ctx.clip();
  colours.forEach((colour, i) => {
    ctx.fillStyle = colour;
    ctx.fillRect(x - 92 + (i * 184) / 7, y - 110, 184 / 7 + 1, 220);
  });
  const shade = ctx.createRadialGradient(x + 40, y - 10, 10, x + 10, y, 130);
  shade.addColorStop(0, "rgba(255,240,200,.35)");
  shade.addColorStop(1, "rgba(40,16,60,.55)");
  ctx.fillStyle = shade;
  ctx.fillRect(x - 110, y - 110, 220, 220);
  ctx.restore();
  ctx.strokeStyle = "#3a2434";
  ctx.lineWidth = 3;
  for (const side of [-1, 1]) {
    ctx.beginPath();
    ctx.moveTo(x + side * 46, y + 88);
    ctx.lineTo(x + side * 16, y + 148);
    ctx.stroke();
  }
  ctx.fillStyle = "#6b3f2b";
  ctx.fillRect(x - 19, y + 146, 38, 30);
}

function boat(ctx, x, y) {
  ctx.fillStyle = "rgba(255,240,214,.95)";
  ctx.beginPath();
  ctx.moveTo(x, y - 128);
  ctx.quadraticCurveTo(x + 78, y - 60, x + 68, y - 14);
  ctx.lineTo(x, y - 14);
  ctx.fill();
  ctx.fillStyle = "#d8574b";
  ctx.beginPath();
  ctx.moveTo(x - 8, y - 108);
  ctx.quadraticCurveTo(x - 50, y - 52, x - 48, y - 14);
  ctx.lineTo(x - 8, y - 14);
  ctx.fill();
  ctx.fillStyle = "#2a1a33";
  ctx.beginPath();
  ctx.moveTo(x - 76, y - 8);
  ctx.lineTo(x + 92, y - 8);
  ctx.quadraticCurveTo(x + 66, y + 26, x + 40, y + 26);
  ctx.lineTo(x - 44, y + 26);
  ctx.quadraticCurveTo(x - 66, y + 20, x - 76, y - 8);
  ctx.fill();
}

function reeds(ctx) {
  ctx.strokeStyle = "#150f26";
  ctx.lineCap = "round";
  for (let i = 0; i < 46; i++) {
    const x = (i % 23) * 15 + (i > 22 ? 985 : -22);
    const height = 70 + ((i * 53) % 110);
    ctx.lineWidth = 3 + (i % 3);
    ctx.beginPath();
    ctx.moveTo(x, HEIGHT + 6);
    ctx.quadraticCurveTo(x + 6, HEIGHT - height * 0.6, x + 20 * Math.sin(i * 1.7), HEIGHT - height);
    ctx.stroke();
  }
}

/** A little noise, as a camera's: flat colours would not look like a photo. */
function grain(ctx) {
  const picture = ctx.getImageData(0, 0, WIDTH, HEIGHT);
  let state = 7;
  for (let i = 0; i < picture.data.length; i += 4) {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    const shift = ((state >> 16) % 13) - 6;
    for (let c = 0; c < 3; c++) picture.data[i + c] += shift;
  }
  ctx.putImageData(picture, 0, 0);
}
