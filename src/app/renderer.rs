//! What a renderer needs of the process that it draws for, and what one without a graphics processor is spared.
#![expect(
    unsafe_code,
    reason = "neither the C library's settings nor OpenGL have a safe way to them"
)]

use eframe::egui::{
    Color32, Context, FullOutput, Id, PaintCallback, PaintCallbackInfo, Plugin, Rect, Shape,
    TextureId, TextureOptions,
};
use eframe::egui_glow::{CallbackFn, Painter};
use eframe::glow::{self, HasContext as _};
use std::sync::Arc;

/// How renderers call themselves that draw with the processor: Mesa's, Chromium's and Windows' own.
const SOFTWARE: [&str; 4] = ["llvmpipe", "softpipe", "swiftshader", "gdi generic"];

/// Lets the C library keep what has been given back to it. Graphics drivers are libraries that take their
/// memory from it and not from this program's allocator, and Mesa's software renderer takes and gives back
/// tens of MiB a frame: to have them cleared by the system each time is as much work for the thread that draws
/// as all the rest. Called before there are threads; another C library stays as it is.
pub fn keep_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const MIB: libc::c_int = 1 << 20;
        // From malloc(3): 32 MiB is the largest block that may be kept; a refusal leaves all as it was.
        for (setting, value) in [
            (libc::M_MMAP_THRESHOLD, 32 * MIB),
            (libc::M_TRIM_THRESHOLD, 1024 * MIB),
            (libc::M_TOP_PAD, 64 * MIB),
        ] {
            // SAFETY: `mallopt` takes two numbers and no memory of ours.
            unsafe { libc::mallopt(setting, value) };
        }
    }
}

/// Spares a renderer without a graphics processor what costs it most: each point of the screen mixes four of
/// the texture that has the letters, where one of them is all, as letters stand on whole points of the screen.
pub fn spare(ctx: &Context, gl: &glow::Context) {
    // SAFETY: the context is current while the window is made, and every OpenGL has this name.
    let name = unsafe { gl.get_parameter_string(glow::RENDERER) }.to_lowercase();
    if SOFTWARE.iter().any(|software| name.contains(software)) {
        ctx.add_plugin(OneTexel);
        // Discs of another size than the texture's would have corners.
        ctx.tessellation_options_mut(|options| options.prerasterized_discs = false);
        ctx.data_mut(|data| data.insert_temp(spared(), true));
    }
}

/// Where it is kept that the renderer is to be spared.
fn spared() -> Id {
    Id::unique("renderer without a graphics processor")
}

/// `colour` all over the rectangle that a painter draws in, which is `area`: a renderer that is to be spared sets
/// its points rather than mix each with a texture and with what was there, which takes it a dozen times as long.
pub fn whole(ctx: &Context, area: Rect, colour: Color32) -> Shape {
    let spared = ctx.data(|data| data.get_temp(spared()).unwrap_or(false));
    if !spared || !colour.is_opaque() {
        return Shape::rect_filled(area, 0, colour);
    }
    let [red, green, blue, alpha] = colour.to_normalized_gamma_f32();
    let set = move |_: PaintCallbackInfo, painter: &Painter| {
        let gl = painter.gl();
        // SAFETY: painting goes on in this context, and what is set by it is set anew afterwards; the scissors
        // hold the points that may change.
        unsafe {
            gl.clear_color(red, green, blue, alpha);
            gl.clear(glow::COLOR_BUFFER_BIT);
        }
    };
    Shape::Callback(PaintCallback {
        rect: area,
        callback: Arc::new(CallbackFn::new(set)),
    })
}

/// Has the texture of the letters read at one place.
struct OneTexel;

impl Plugin for OneTexel {
    fn debug_name(&self) -> &'static str {
        "one texel"
    }

    fn output_hook(&mut self, _: &Context, output: &mut FullOutput) {
        let letters = output.textures_delta.set.get_mut(&TextureId::default());
        for delta in letters.into_iter().flatten() {
            delta.options = TextureOptions::NEAREST;
        }
    }
}
