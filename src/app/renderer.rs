//! What a renderer needs of the process that it draws for.
#![cfg_attr(
    all(target_os = "linux", target_env = "gnu"),
    expect(
        unsafe_code,
        reason = "the C library's settings have no safe way to them"
    )
)]

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
